import { describe, expect, it } from "vitest";
import { eq } from "drizzle-orm";
import { run } from "@/db/schema/run";
import { agent } from "@/db/schema/agent";
import { abilityOfAgent } from "@/lib/ability/define";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { claimRun } from "./claim";
import { followOutput } from "./follow-output";
import { describe as inWords, runnerStatus } from "./health";
import { listFiles } from "./list-files";
import { listRuns } from "./list";
import { loadRun } from "./load";
import { readFile } from "./read-file";
import { maxOutputBytes, readOutput } from "./read-output";
import { recordOutput } from "./record-output";
import { recordResult } from "./record-result";
import { anotherWorkspace, approvedRun, dispatchedRun, engine, fileOf, inside, newRun, once, resultOf, sandboxRunner, sha256, useStubRunner, type Tenant } from "./testing";

useTestDatabase();
const runner = useStubRunner();

type Dispatched = Awaited<ReturnType<typeof dispatchedRun>>;
const write = (t: Tenant, { runId, jobNonce }: Dispatched, data: string | Buffer, offset: number, seq: number, stream: "stdout" | "stderr" = "stdout") =>
  recordOutput(sandboxRunner(t), { runId, jobNonce, seq, chunks: [{ stream, offset, dataBase64: Buffer.from(data).toString("base64") }] }, once());
const finish = (t: Tenant, made: Dispatched, changes = {}) => recordResult(sandboxRunner(t), resultOf(made, changes), once());

async function wholeOf(t: Tenant, id: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let from = 0; ; ) {
    const piece = await readOutput(t.agent, { id, stream: "stdout", from });
    parts.push(piece.data);
    if (piece.data.byteLength === 0) return Buffer.concat(parts);
    from = piece.next;
  }
}

/** Another agent of the same organization. */
async function otherAgent(t: Tenant): Promise<AgentCtx> {
  const id = newId();
  await inside(t, async (tx) => {
    const [row] = await tx.select().from(agent);
    if (row) await tx.insert(agent).values({ ...row, id, name: "Another" });
  });
  return { ...t.agent, actor: { ...t.agent.actor, id, name: "Another" }, ability: abilityOfAgent(id, t.agent.actor.scopes) };
}

describe("reading output", () => {
  it("gives the bytes in order and bounded, from any offset, whatever they are", async () => {
    const t = await tenant();
    const made = await dispatchedRun(t);
    const bytes = Buffer.from(Array.from({ length: maxOutputBytes + 5000 }, (_, index) => (index * 7) % 256));
    let at = 0;
    for (const [seq, size] of [100_000, 1, 150_000, bytes.length - 250_001].entries()) {
      await write(t, made, bytes.subarray(at, at + size), at, seq);
      at += size;
    }
    const first = await readOutput(t.agent, { id: made.runId, stream: "stdout" });
    expect([first.from, first.data.byteLength, first.next, first.end]).toEqual([0, maxOutputBytes, maxOutputBytes, false]);
    expect((await wholeOf(t, made.runId)).equals(bytes)).toBe(true);
    const middle = await readOutput(t.agent, { id: made.runId, stream: "stdout", from: 100_003 });
    expect(middle.data.equals(bytes.subarray(100_003, middle.next))).toBe(true);
  });

  it("keeps the streams apart and says when nothing will follow", async () => {
    const t = await tenant();
    const made = await dispatchedRun(t);
    await write(t, made, "out", 0, 0);
    await write(t, made, "err", 0, 1, "stderr");
    expect(await readOutput(t.agent, { id: made.runId, stream: "stderr" })).toMatchObject({ data: Buffer.from("err"), next: 3, end: false });
    expect(await readOutput(t.agent, { id: made.runId, stream: "stdout", from: 3 })).toMatchObject({ next: 3, end: false });
    await finish(t, made);
    expect(await readOutput(t.agent, { id: made.runId, stream: "stdout", from: 3 })).toMatchObject({ next: 3, end: true });
  });

  it("waits at a hole while the run is under way, and names and passes it once it is over", async () => {
    const t = await tenant();
    const made = await dispatchedRun(t);
    await write(t, made, "one", 0, 0);
    await write(t, made, "three", 10, 2);
    expect(await readOutput(t.agent, { id: made.runId, stream: "stdout" })).toMatchObject({ data: Buffer.from("one"), next: 3 });
    expect(await readOutput(t.agent, { id: made.runId, stream: "stdout", from: 3 })).toMatchObject({ data: Buffer.alloc(0), next: 3, missingBytes: 0 });
    await finish(t, made);
    expect(await readOutput(t.agent, { id: made.runId, stream: "stdout", from: 3 })).toMatchObject({ from: 10, data: Buffer.from("three"), next: 15, missingBytes: 7 });
  });

  it("gives an open page what is new, and another mark when the rest of the page changed", async () => {
    const t = await tenant();
    const viewer = await t.as("viewer");
    const made = await dispatchedRun(t);
    const at = (stdout: number) => followOutput(viewer, { id: made.runId, stdout });
    const before = await at(0);
    await write(t, made, "a", 0, 0);
    const running = await at(0);
    await write(t, made, "b", 1, 1);
    const more = await at(1);
    await finish(t, made);
    const over = await at(2);
    expect([running.revision === before.revision, more.revision === running.revision, over.revision === more.revision]).toEqual([false, true, false]);
    expect(more.pieces.map((piece) => piece.data.toString())).toEqual(["b", ""]);
    expect([more.over, over.over]).toEqual([false, true]);
  });
});

describe("files of a run", () => {
  it("are listed with size and hash, and fetched whole, which leaves an event", async () => {
    const t = await tenant();
    const made = await dispatchedRun(t);
    await finish(t, made, { files: [fileOf("b/report.html", "<b>"), fileOf("a.json", "{}")] });
    expect(await listFiles(t.agent, { id: made.runId })).toEqual([
      { name: "a.json", size: 2, sha256: sha256("{}") },
      { name: "b/report.html", size: 3, sha256: sha256("<b>") },
    ]);
    expect((await readFile(t.agent, { id: made.runId, name: "b/report.html" })).content.toString()).toBe("<b>");
    expect(await eventBodies(t.organizationId, "runs.file_read")).toMatchObject([{ actor: { kind: "agent" }, details: { file: "b/report.html", sha256: sha256("<b>") } }]);
    await expect(readFile(t.agent, { id: made.runId, name: "../a.json" })).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("who sees a run", () => {
  it("is not another agent, nor anybody of another organization, by any way of reading", async () => {
    const t = await tenant();
    const made = await dispatchedRun(t);
    await finish(t, made, { files: [fileOf("a.json", "{}")] });
    const strangers = [await otherAgent(t), await (await tenant()).as("organization_admin"), (await tenant()).agent];
    for (const stranger of strangers) {
      const readings = [
        () => loadRun(stranger, { id: made.runId }),
        () => readOutput(stranger, { id: made.runId, stream: "stdout" }),
        () => followOutput(stranger, { id: made.runId }),
        () => listFiles(stranger, { id: made.runId }),
        () => readFile(stranger, { id: made.runId, name: "a.json" }),
      ];
      for (const reading of readings) await expect(reading()).rejects.toMatchObject({ code: "not_found" });
      expect((await listRuns(stranger)).rows).toEqual([]);
    }
    expect((await listRuns(t.agent)).rows.map((row) => row.id)).toEqual([made.runId]);
  });

  it("is somebody of its workspace, and not of another", async () => {
    const t = await tenant();
    const { runId } = await newRun(t);
    expect((await listRuns(await t.as("viewer", t.workspaceId))).rows).toHaveLength(1);
    const elsewhere = await t.as("viewer", await anotherWorkspace(t));
    expect((await listRuns(elsewhere)).rows).toEqual([]);
    await expect(loadRun(elsewhere, { id: runId })).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("listing runs", () => {
  it("goes by pages, newest first, and narrows by state, agent, workspace and time", async () => {
    const t = await tenant();
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) {
      const { runId } = await newRun(t);
      ids.unshift(runId);
      await inside(t, (tx) => tx.update(run).set({ createdAt: new Date(Date.UTC(2026, 0, 1 + index)), status: index === 2 ? "failed" : "queued" }).where(eq(run.id, runId)));
    }
    const viewer = await t.as("viewer");
    const first = await listRuns(viewer, {}, { size: 2 });
    const second = await listRuns(viewer, {}, { size: 2, after: first.next });
    expect([...first.rows, ...second.rows].map((row) => row.id)).toEqual(ids.slice(0, 4));
    expect((await listRuns(viewer, {}, { size: 2, before: second.previous })).rows.map((row) => row.id)).toEqual(ids.slice(0, 2));
    const found = async (filter: Parameters<typeof listRuns>[1]) => (await listRuns(viewer, filter)).rows.map((row) => row.id);
    expect(await found({ statuses: ["failed"] })).toEqual([ids[2]]);
    expect(await found({ statuses: ["nonsense"] })).toEqual([]);
    expect(await found({ agentIds: [newId(), "'; drop table run"] })).toEqual([]);
    expect(await found({ workspaceIds: [t.workspaceId], from: new Date("2026-01-02"), to: new Date("2026-01-04") })).toEqual([ids[2], ids[3]]);
    expect(await found({ direction: "asc" })).toEqual(ids.toReversed());
  });
});

describe("a run's page", () => {
  it("has its life, who decided, its cost and its files, and what was submitted without its secrets", async () => {
    const t = await tenant();
    const made = await approvedRun(t);
    await claimRun(engine(t), { runId: made.runId });
    const view = await loadRun(await t.as("organization_admin"), { id: made.runId });
    expect(view).not.toHaveProperty("jobNonce");
    expect(view.steps.map((step) => [step.id, step.state])).toEqual([
      ["requested", "done"], ["decided", "done"], ["claimed", "done"], ["dispatched", "waiting"], ["started", "ahead"], ["finished", "ahead"],
    ]);
    expect(view.steps[1]).toMatchObject({ title: "Approved", by: "supervisor" });
    expect(view.steps.slice(0, 3).every((step) => step.auditSeq !== null)).toBe(true);
    expect(view.submitted).toMatchObject({ code: { language: "python", text: "print(1)" }, files: [{ name: "in.csv", size: 8, sha256: sha256("a,b\n1,2\n") }] });
    expect(view).toMatchObject({ reservation: { status: "held" }, can: { stop: true, viewAudit: true }, limits: { network: "none", pids: 64 } });
  });

  it("shows what was skipped when a run ends early, and hides what its reader may not see", async () => {
    const t = await tenant();
    const made = await dispatchedRun(t);
    await finish(t, made, { status: "refused", reason: "no gVisor", startedAt: null, sandbox: null, exitCode: null });
    const view = await loadRun(await t.as("viewer"), { id: made.runId });
    expect(view.steps.slice(-2).map((step) => [step.id, step.state, step.detail])).toEqual([["started", "skipped", ""], ["finished", "failed", "no gVisor"]]);
    expect(view.steps.every((step) => step.auditSeq === null)).toBe(true);
    expect(view.can).toEqual({ stop: false, viewAgent: true, viewApproval: false, viewAudit: false });
  });
});

describe("the runner's health", () => {
  it("is in words, with the one command that mends it", async () => {
    const t = await tenant();
    expect(await runnerStatus(await t.as("viewer"))).toMatchObject({ usable: true, problem: null, runtime: { platform: "ptrace" } });
    const health = { ...runner.health, clockGapMs: 0 };
    const broken = { ...health, status: "sandbox_unavailable" as const, sandbox: { ...health.sandbox, usable: false, problem: "runsc is not installed.", mend: "apt-get install -y runsc" } };
    expect(inWords(broken, runner.url)).toMatchObject({ usable: false, problem: "runsc is not installed.", mend: "apt-get install -y runsc" });
    expect(inWords({ ...health, status: "draining" }, runner.url)).toMatchObject({ usable: false, mend: "npm start" });
    expect(inWords({ ...health, languages: [{ language: "node", available: false, version: null, mend: "apt-get install -y nodejs" }] }, runner.url)).toMatchObject({ usable: true, mend: "apt-get install -y nodejs" });
    expect(inWords({ ...health, clockGapMs: 25_000 }, runner.url)).toMatchObject({ usable: true, problem: null });
    expect(inWords({ ...health, clockGapMs: 3_600_000 }, runner.url)).toMatchObject({ usable: false, problem: expect.stringContaining("60 minutes apart"), mend: null });
    expect(inWords(null, runner.url)).toMatchObject({ usable: false, problem: "The sandbox runner does not answer." });
    expect(inWords(null, undefined).problem).toContain("RUNNER_URL is not set");
  });

  it("is for those who may see runs", async () => {
    await expect(runnerStatus(await (await tenant()).as("user_manager"))).resolves.toBeDefined();
    const t = await tenant();
    await expect(runnerStatus({ ...t.agent, ability: abilityOfAgent(t.agentId, ["actions.submit"]) })).rejects.toMatchObject({ code: "forbidden" });
  });
});
