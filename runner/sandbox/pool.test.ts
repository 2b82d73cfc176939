import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { tracesOf } from "../testing/host-traces";
import { runscMissing } from "../testing/needs-runsc";
import { buildHostImage } from "./image";
import { WarmPool } from "./pool";
import { Probe } from "./probe";

describe.skipIf(runscMissing)("a pool that is closed while it starts a sandbox", () => {
  it("leaves nothing of it, however far it was", async () => {
    const stateDir = mkdtempSync(path.join(tmpdir(), "countersign-pool-"));
    const [runsDir, cgroupPrefix] = [path.join(stateDir, "runs"), `countersign-test-${process.pid}-pool-`];
    const probe = new Probe({ image: await buildHostImage(path.join(stateDir, "image")), runsDir, cgroupPrefix });
    await probe.current();
    for (const laterMs of [0, 5, 15, 30, 60, 90]) {
      const pool = new WarmPool(1, () => probe.current());
      const filled = pool.fill();
      await expect.poll(() => tracesOf(runsDir, cgroupPrefix), { interval: 1 }).not.toEqual([]);
      await sleep(laterMs);
      await pool.close();
      await filled;
      // A process that outlived the pool would make its control group again.
      await sleep(100);
      expect(tracesOf(runsDir, cgroupPrefix), `closed ${laterMs} ms after it began`).toEqual([]);
    }
    rmSync(stateDir, { recursive: true, force: true });
  });
});
