import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HealthReport, type JobDispatch } from "./contract/schemas";
import { onceThereIsRoom } from "./full-disk";
import { jobOf } from "./testing/job";
import { runscMissing } from "./testing/needs-runsc";
import { FakePortal } from "./testing/portal";
import { RunnerProcess } from "./testing/runner-process";

const MIB = 1024 * 1024;

describe.skipIf(runscMissing)("a runner whose disk is full", () => {
  const portal = new FakePortal();
  const runner = new RunnerProcess(portal);
  const filler = path.join(runner.stateDir, "filler");
  let callbackUrl: string;
  const dispatch = (job: JobDispatch) => portal.post("/jobs", portal.sign("dispatch", job));
  const freeBytes = () => {
    const { bavail, bsize } = statfsSync(runner.stateDir);
    return bavail * bsize;
  };
  /** Leaves so much and no more. */
  const fill = (leave: number) => {
    // In pieces, since the last one does not fit.
    for (let piece = MIB; piece >= 4096; piece /= 2) while (freeBytes() >= leave + piece) writeFileSync(filler, Buffer.alloc(piece), { flag: "a" });
  };
  const empty = () => rmSync(filler);
  const health = async () => HealthReport.parse(await (await fetch(`${portal.runnerUrl}/healthz`)).json());

  beforeAll(async () => {
    mkdirSync(runner.stateDir, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${96 * MIB},mode=0700`, "countersign-test", runner.stateDir]);
    callbackUrl = await portal.listen();
    await runner.start();
  });
  afterAll(async () => {
    await runner.end("SIGTERM");
    expect(runner.traces()).toEqual([]);
    execFileSync("umount", ["--lazy", runner.stateDir]);
    await runner.dispose();
    portal.close();
  });

  it("takes nothing and says why, until there is room again", async () => {
    await expect.poll(async () => (await health()).status).toBe("ok");
    fill(8 * MIB);
    const job = jobOf({ callbackUrl, code: "print('later')" });
    expect(await dispatch(job)).toMatchObject({ status: 503, body: { reason: "sandbox_unavailable", detail: expect.stringContaining("The runner's disk is full") } });
    expect(await health()).toMatchObject({ status: "sandbox_unavailable", sandbox: { problem: expect.stringContaining("disk is full"), mend: expect.stringContaining("free some space") } });
    expect(await portal.stateOf(job.runId)).toBe("unknown");
    empty();
    expect(await dispatch(job)).toMatchObject({ status: 202 });
    expect(await portal.result(job.runId)).toMatchObject({ status: "succeeded" });
  });

  it("keeps the result of what ran meanwhile, and tells it when there is room again", async () => {
    // More than what its sandbox gives back when it is removed.
    const code = "import os, time; print('mark', flush=True); time.sleep(1); os.makedirs('out', exist_ok=True); open('out/big', 'wb').write(os.urandom(600000)); print('end')";
    const job = jobOf({ callbackUrl, code });
    expect((await dispatch(job)).status).toBe(202);
    await expect.poll(() => portal.output(job.runId)).toBe("mark\n");
    fill(0);
    await expect.poll(() => runner.count("disk_full", job.runId)).toBe(1);
    expect(await portal.stateOf(job.runId)).toBe("finished");
    expect(portal.results.some((each) => each.runId === job.runId)).toBe(false);
    empty();
    expect(await portal.result(job.runId)).toMatchObject({ status: "succeeded", stdout: { bytes: 9 } });
  });
});

it("tries again for a full disk only, and not for ever", async () => {
  const trouble = (code: string) => Object.assign(new Error(code), { code });
  let tries = 0;
  const fullAtFirst = async () => {
    tries += 1;
    if (tries < 2) throw trouble("ENOSPC");
  };
  await onceThereIsRoom(fullAtFirst, () => false, () => {});
  expect(tries).toBe(2);
  await expect(onceThereIsRoom(() => Promise.reject(trouble("EIO")), () => false, () => {})).rejects.toThrow("EIO");
  await expect(onceThereIsRoom(() => Promise.reject(trouble("EDQUOT")), () => true, () => {})).rejects.toThrow("EDQUOT");
});
