import { randomUUID } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { MAX_DISPATCH_BYTES, HealthReport, type JobDispatch } from "./contract/schemas";
import { fileOf, jobOf } from "./testing/job";
import { runscMissing } from "./testing/needs-runsc";
import { FakePortal } from "./testing/portal";
import { RunnerProcess } from "./testing/runner-process";

const until = async (what: string, condition: () => boolean | Promise<boolean>, withinMs = 60_000) => {
  for (const end = Date.now() + withinMs; Date.now() < end; await sleep(20)) if (await condition()) return;
  throw new Error(`waited ${withinMs} ms for: ${what}`);
};

const health = async (portal: FakePortal) => {
  const response = await fetch(`${portal.runnerUrl}/healthz`);
  return { code: response.status, report: HealthReport.parse(await response.json()) };
};

describe.skipIf(runscMissing)("the runner", () => {
  const portal = new FakePortal();
  const runner = new RunnerProcess(portal);
  let callbackUrl: string;
  const dispatch = (job: JobDispatch) => portal.post("/jobs", portal.sign("dispatch", job));
  const jobFor = (changes: Parameters<typeof jobOf>[0]) => jobOf({ callbackUrl, ...changes });

  beforeAll(async () => {
    callbackUrl = await portal.listen();
    await runner.start();
  });
  afterEach(() => void (portal.answer = () => 200));
  afterAll(async () => {
    await runner.end("SIGTERM");
    expect(runner.traces()).toEqual([]);
    await runner.dispose();
    portal.close();
  });

  it("says that it is ready, with what it has", async () => {
    const { code, report } = await health(portal);
    expect(code).toBe(200);
    expect(report).toMatchObject({ status: "ok", sandbox: { usable: true, problem: null, mend: null }, jobs: { concurrency: 2 } });
    expect(report.languages.map((each) => [each.language, each.available])).toEqual([["python", true], ["node", true], ["shell", true]]);
  });

  it("runs a job, and tells its output and the result with its files", async () => {
    const code = `
rows = open("a.csv").read().split()
for row in rows: print(row)
open("out/count.txt", "w").write(str(len(rows)))`;
    const job = jobFor({ code, files: [fileOf("a.csv", "one\ntwo\nthree\n")] });
    expect(await dispatch(job)).toMatchObject({ status: 202, body: { accepted: true, duplicate: false } });
    const result = await portal.result(job.runId);
    expect(result).toMatchObject({ status: "succeeded", jobNonce: job.jobNonce, stdout: { bytes: 14, truncated: false, sha256: fileOf("", "one\ntwo\nthree\n").sha256 } });
    expect(result.files).toEqual([{ ...fileOf("count.txt", "3"), size: 1 }]);
    expect(portal.output(job.runId)).toBe("one\ntwo\nthree\n");
    await until("acknowledged", async () => (await portal.stateOf(job.runId)) === "acknowledged");
  });

  it("takes the same run once, however often it is dispatched", async () => {
    const job = jobFor({ code: "print('once')" });
    const answers = await Promise.all([dispatch(job), dispatch(job), dispatch({ ...job, code: "print('twice')" })]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 200, 202]);
    await portal.result(job.runId);
    await until("acknowledged", async () => (await portal.stateOf(job.runId)) === "acknowledged");
    expect((await dispatch(job)).body).toEqual({ accepted: true, duplicate: true, state: "acknowledged" });
    expect(runner.count("job_finished", job.runId)).toBe(1);
  });

  it("takes nothing that its portal did not sign, for this purpose, once", async () => {
    const job = jobFor({});
    const stranger = new FakePortal();
    expect((await portal.post("/jobs", stranger.sign("dispatch", job))).status).toBe(401);
    expect((await portal.post("/jobs", portal.sign("kill", job))).body).toMatchObject({ reason: "unauthorized", detail: expect.stringContaining("wrong_purpose") });
    expect((await portal.post("/jobs", job)).status).toBe(401);
    const envelope = portal.sign("status", { runIds: [job.runId] });
    expect((await portal.post("/jobs/status", envelope)).status).toBe(200);
    expect((await portal.post("/jobs/status", envelope)).body).toMatchObject({ detail: expect.stringContaining("replayed") });
    expect(await portal.stateOf(job.runId)).toBe("unknown");
  });

  it("answers bad requests in words", async () => {
    const damaged = { ...fileOf("a", "x"), sha256: "0".repeat(64) };
    const bad: [unknown, number][] = [
      ["{", 400],
      ["\u0000", 400],
      [`"${"x".repeat(MAX_DISPATCH_BYTES)}"`, 413],
      [portal.sign("dispatch", { ...jobFor({}), surprise: 1 }), 422],
      [portal.sign("dispatch", jobFor({ files: [fileOf("../evil", "x")] })), 422],
      [portal.sign("dispatch", jobFor({ files: [fileOf("main.py", "x")] })), 422],
      [portal.sign("dispatch", jobFor({ files: [damaged] })), 422],
      [portal.sign("dispatch", jobFor({ limits: { wallTimeMs: -1 } })), 422],
      [portal.sign("dispatch", { ...jobFor({}), expiresAt: "2020-01-01T00:00:00Z" }), 422],
    ];
    for (const [body, status] of bad) {
      const answer = await portal.post("/jobs", body);
      expect(answer).toMatchObject({ status, body: { reason: expect.any(String), detail: expect.any(String) } });
    }
    expect((await fetch(`${portal.runnerUrl}/nothing`)).status).toBe(404);
  });

  it("streams a run's output while it runs, and ends it at the portal's word", async () => {
    const job = jobFor({ code: "import time; print('up'); time.sleep(600)", limits: { wallTimeMs: 600_000 } });
    await dispatch(job);
    await until("running", () => portal.output(job.runId) === "up\n");
    const answer = await portal.post("/jobs/kill", portal.sign("kill", { runId: job.runId, reason: "Ada stopped it." }));
    expect(answer).toMatchObject({ status: 200, body: { killed: true } });
    expect(await portal.result(job.runId)).toMatchObject({ status: "killed", reason: "The run was stopped: Ada stopped it." });
  });

  it("ends a run that still waits, or has not even come, without starting it", async () => {
    const busy = [1, 2].map(() => jobFor({ code: "import time; time.sleep(600)", limits: { wallTimeMs: 600_000 } }));
    for (const job of busy) await dispatch(job);
    const [waiting, late] = [jobFor({}), jobFor({})];
    await dispatch(waiting);
    const kill = (job: JobDispatch) => portal.post("/jobs/kill", portal.sign("kill", { runId: job.runId, reason: "stop" }));
    expect((await kill(waiting)).body).toMatchObject({ killed: true });
    expect(await portal.result(waiting.runId)).toMatchObject({ status: "killed", startedAt: null });
    expect((await kill(late)).body).toEqual({ killed: false, state: "unknown" });
    await dispatch(late);
    expect(await portal.result(late.runId)).toMatchObject({ status: "killed", startedAt: null });
    for (const job of busy) await kill(job);
    for (const job of busy) await portal.result(job.runId);
  });

  it("tells output and result again until the portal takes them", async () => {
    let refusals = 0;
    portal.answer = () => (refusals++ < 4 ? 503 : 200);
    const job = jobFor({ code: "print('patience')" });
    await dispatch(job);
    expect(await portal.result(job.runId)).toMatchObject({ status: "succeeded" });
    expect(portal.output(job.runId)).toBe("patience\n");
  });

  it("stops telling when the portal says that it never dispatched this", async () => {
    portal.answer = () => 404;
    const job = jobFor({});
    await dispatch(job);
    await until("rejected", async () => (await portal.stateOf(job.runId)) === "rejected");
  });
});

describe.skipIf(runscMissing)("a runner that is killed and started again", () => {
  it("reports what ran as lost, runs what waited, repeats what was not taken, and cleans up", async () => {
    const portal = new FakePortal();
    const runner = new RunnerProcess(portal, { RUNNER_CONCURRENCY: "1" });
    const callbackUrl = await portal.listen();
    await runner.start();
    portal.answer = (url) => (url.endsWith("/result") ? 503 : 200);
    const dispatch = (job: JobDispatch) => portal.post("/jobs", portal.sign("dispatch", job));

    const done = jobOf({ callbackUrl, code: "print('done')" });
    await dispatch(done);
    await until("a finished job", async () => (await portal.stateOf(done.runId)) === "finished");
    const running = jobOf({ callbackUrl, code: "import time; print('mark'); time.sleep(60)" });
    const waiting = jobOf({ callbackUrl, code: "print('later')" });
    await dispatch(running);
    await until("a running job", () => portal.output(running.runId) === "mark\n");
    await dispatch(waiting);
    expect(runner.traces()).not.toEqual([]);
    await runner.end("SIGKILL");
    // Even before the next start: a sandbox does not outlive the runner that watches it.
    await until("an end of the sandbox", () => runner.sandboxed().length === 0);

    portal.answer = () => 200;
    const before = portal.outputs.length;
    await runner.start();
    expect(await portal.result(running.runId)).toMatchObject({ status: "lost", jobNonce: running.jobNonce, exitCode: null });
    expect(await portal.result(waiting.runId)).toMatchObject({ status: "succeeded" });
    expect(await portal.result(done.runId)).toMatchObject({ status: "succeeded", stdout: { bytes: 5 } });
    expect(portal.output(done.runId)).toBe("done\n");
    expect(portal.outputs.slice(before).some((each) => each.runId === running.runId)).toBe(false);
    expect((await dispatch(running)).body).toMatchObject({ duplicate: true });
    await until("acknowledged", async () => (await portal.stateOf(running.runId)) === "acknowledged");
    expect(existsSync(path.join(runner.stateDir, "jobs", running.runId, "job.json"))).toBe(false);
    await runner.end("SIGTERM");
    expect(runner.traces()).toEqual([]);
    await runner.dispose();
    portal.close();
  });

  it("drains when asked: it takes nothing new, and lets what runs end", async () => {
    const portal = new FakePortal();
    const runner = new RunnerProcess(portal);
    const callbackUrl = await portal.listen();
    await runner.start();
    const job = jobOf({ callbackUrl, code: "import time; print('up'); time.sleep(3); print('end')" });
    await portal.post("/jobs", portal.sign("dispatch", job));
    await until("a running job", () => portal.output(job.runId) === "up\n");
    const ended = runner.end("SIGTERM");
    await until("draining", async () => (await health(portal)).report.status === "draining");
    expect(await portal.post("/jobs", portal.sign("dispatch", jobOf({ callbackUrl })))).toMatchObject({ status: 503, body: { reason: "draining" } });
    expect(await ended).toBe(0);
    expect(await portal.result(job.runId, 100)).toMatchObject({ status: "succeeded" });
    expect(portal.output(job.runId)).toBe("up\nend\n");
    expect(runner.traces()).toEqual([]);
    await runner.dispose();
    portal.close();
  });
});

describe("a runner without runsc", () => {
  it("says what is missing and refuses jobs, never running them; and notices when it comes", async () => {
    const portal = new FakePortal();
    const runner = new RunnerProcess(portal);
    const bin = path.join(runner.folder, "bin");
    mkdirSync(bin);
    const withPath = new RunnerProcess(portal, { RUNNER_RUNSC: path.join(bin, "runsc") });
    const callbackUrl = await portal.listen();
    await withPath.start();
    expect(await health(portal)).toMatchObject({
      code: 503,
      report: { status: "sandbox_unavailable", sandbox: { usable: false, version: null, problem: expect.stringContaining("not installed"), mend: "apt-get install -y runsc" } },
    });
    const job = jobOf({ callbackUrl });
    expect(await portal.post("/jobs", portal.sign("dispatch", job))).toMatchObject({ status: 503, body: { reason: "sandbox_unavailable" } });
    expect(await portal.stateOf(job.runId)).toBe("unknown");

    writeFileSync(path.join(bin, "runsc"), "#!/bin/sh\nexec \"$@\"\n", { mode: 0o755 });
    expect(await health(portal)).toMatchObject({ report: { sandbox: { usable: false, problem: expect.stringContaining("does not run") } } });
    if (!runscMissing) {
      copyFileSync("/usr/bin/runsc", path.join(bin, "runsc"));
      expect(await health(portal)).toMatchObject({ code: 200, report: { status: "ok" } });
      const again = jobOf({ callbackUrl, runId: randomUUID() });
      expect((await portal.post("/jobs", portal.sign("dispatch", again))).status).toBe(202);
      expect((await portal.result(again.runId)).status).toBe("succeeded");
    }
    await withPath.dispose();
    await runner.dispose();
    portal.close();
  });

  it("ends with its parent when it is told to", async () => {
    const portal = new FakePortal();
    const runner = new RunnerProcess(portal);
    await runner.start();
    expect(await runner.closeInput()).toBe(0);
    await runner.dispose();
    portal.close();
  });

  it("does not start on another's state folder, or without its keys", async () => {
    const portal = new FakePortal();
    const runner = new RunnerProcess(portal);
    await runner.start();
    const second = new RunnerProcess(portal, { RUNNER_STATE_DIR: runner.stateDir });
    await expect(second.start()).rejects.toThrow("another runner uses the state folder");
    const keyless = new RunnerProcess(portal, { PORTAL_PUBLIC_KEY_FILE: "/nonexistent" });
    await expect(keyless.start()).rejects.toThrow("ENOENT");
    for (const each of [second, keyless, runner]) await each.dispose();
    portal.close();
  });
});
