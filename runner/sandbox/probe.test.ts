import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runscMissing } from "../testing/needs-runsc";
import { buildHostImage } from "./image";
import { Probe } from "./probe";

describe.skipIf(runscMissing)("the probe", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "countersign-probe-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("finds by trying that a language does not run, and names the command that mends it", async () => {
    const image = await buildHostImage(path.join(folder, "image"));
    const notPython = path.join(folder, "not-python");
    writeFileSync(notPython, "no program");
    image.binds.push({ destination: realpathSync("/usr/bin/python3"), source: notPython });
    const probe = new Probe({ image, runsDir: path.join(folder, "runs"), cgroupPrefix: `countersign-probe-${process.pid}-` });
    const [found, again] = await Promise.all([probe.current(), probe.current()]);
    expect(found).toMatchObject({
      usable: true,
      languages: [
        { language: "python", available: false, version: null, mend: "apt-get install -y python3" },
        { language: "node", available: true, version: process.versions.node, mend: null },
        { language: "shell", available: true },
      ],
    });
    expect(again).toBe(found);
  });
});
