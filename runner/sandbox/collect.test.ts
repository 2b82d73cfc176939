import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fileOf } from "../testing/job";
import { collectFiles } from "./collect";

describe("collecting what a run left", () => {
  const limits = { outputFiles: 5, outputFileBytes: 1000 };
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), "countersign-collect-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("takes files with their hashes, sorted by name", async () => {
    mkdirSync(path.join(folder, "a/b"), { recursive: true });
    writeFileSync(path.join(folder, "z.txt"), "");
    writeFileSync(path.join(folder, "a/b/c.txt"), "deep");
    expect(await collectFiles(folder, limits)).toEqual({
      files: [{ ...fileOf("a/b/c.txt", "deep"), size: 4 }, { ...fileOf("z.txt", ""), size: 0 }],
      skipped: 0,
      warnings: [],
    });
  });

  it("never follows a link to a file or folder, and never waits at a pipe", async () => {
    symlinkSync("/etc/passwd", path.join(folder, "file"));
    symlinkSync("/etc", path.join(folder, "dir"));
    execFileSync("mkfifo", [path.join(folder, "pipe")]);
    const { files, skipped, warnings } = await collectFiles(folder, limits);
    expect(files).toEqual([]);
    expect(skipped).toBe(3);
    expect(warnings.sort()).toEqual([
      '"dir" is a link or a special file and was not collected',
      '"file" is a link or a special file and was not collected',
      '"pipe" is a special file and was not collected',
    ]);
  });

  it("reads no file that is larger than allowed, however large it claims to be", async () => {
    writeFileSync(path.join(folder, "sparse"), "");
    truncateSync(path.join(folder, "sparse"), 2 ** 40);
    expect(await collectFiles(folder, limits)).toMatchObject({ files: [], warnings: ['"sparse" is larger than 1000 bytes and was not collected'] });
  });

  it("goes no deeper than names may", async () => {
    mkdirSync(path.join(folder, "1/2/3/4"), { recursive: true });
    writeFileSync(path.join(folder, "1/2/3/4/5"), "x");
    expect(await collectFiles(folder, limits)).toMatchObject({ files: [], skipped: 1 });
  });

  it("counts all that it leaves, and names the first of it", async () => {
    for (let i = 0; i < 40; i++) writeFileSync(path.join(folder, `.hidden${i}`), "");
    const { skipped, warnings } = await collectFiles(folder, limits);
    expect(skipped).toBe(40);
    expect(warnings).toHaveLength(20);
  });
});
