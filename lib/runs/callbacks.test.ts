import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { action } from "@/db/schema/action";
import { budget, budgetWindow } from "@/db/schema/budget";
import { runFile, runOutput } from "@/db/schema/run";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies, eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { generateKeyPem, readPrivateKey } from "@/runner/contract/keys";
import { signEnvelope, type Purpose } from "@/runner/contract/signing";
import { outputCallback, resultCallback } from "./callbacks";
import { claimRun } from "./claim";
import { dispatchRun } from "./dispatch";
import { giveUpRun } from "./give-up";
import { dispatchedRun, engine, fileOf, inside, newRun, resultOf, runnerPrivateKey, runRow, sha256, useStubRunner, type Tenant } from "./testing";

useTestDatabase();
useStubRunner();

const post = (body: unknown, door = resultCallback) =>
  door(new Request("http://portal.test/api/runner/x", { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) }));
const signed = (body: unknown, purpose: Purpose = "result", options = {}) => signEnvelope(runnerPrivateKey, purpose, body, options);
const outputOf = (run: { runId: string; jobNonce: string }, text: string, offset = 0, seq = 0) => ({
  runId: run.runId, jobNonce: run.jobNonce, seq, chunks: [{ stream: "stdout", offset, dataBase64: Buffer.from(text).toString("base64") }],
});

async function withBudget(t: Tenant) {
  await inside(t, (tx) => tx.insert(budget).values({
    id: newId(), organizationId: t.organizationId, scopeType: "project", scopeId: t.projectId, period: "month", timeZone: "UTC",
    capMicros: 9_000_000, hard: true, thresholds: [80],
  }));
}

describe("a runner's result", () => {
  it("ends the run, settles the real cost, and keeps the files with their hashes", async () => {
    const t = await tenant();
    await withBudget(t);
    const run = await dispatchedRun(t);
    const response = await post(signed(resultOf(run, { files: [fileOf("summary.json", "{}")] })));
    expect(response.status).toBe(200);
    // 420 ms at 1,000 micro-units a second.
    expect(await runRow(t, run.runId)).toMatchObject({ status: "succeeded", costMicros: 420, wallTimeMs: 420, exitCode: 0, sandbox: { runtime: "runsc" } });
    const [window] = await inside(t, (tx) => tx.select().from(budgetWindow));
    expect([window?.committedMicros, window?.reservedMicros]).toEqual([420, 0]);
    const [asked] = await inside(t, (tx) => tx.select().from(action).where(eq(action.id, run.actionId)));
    expect([asked?.status, asked?.actualCostMicros]).toEqual(["succeeded", 420]);
    const [event] = await eventBodies(t.organizationId, "runs.finished");
    expect(event?.details).toMatchObject({ costMicros: 420, files: [{ name: "summary.json", size: 2, sha256: sha256("{}") }] });
  });

  it("never costs more than the run's time limit, whatever the runner says it took", async () => {
    const t = await tenant();
    await withBudget(t);
    const run = await dispatchedRun(t);
    expect((await post(signed(resultOf(run, { wallTimeMs: 2_000_000_000 })))).status).toBe(200);
    const { wallTimeLimitMs, costMicros } = await runRow(t, run.runId);
    expect(costMicros).toBe(wallTimeLimitMs);
    const [window] = await inside(t, (tx) => tx.select().from(budgetWindow));
    expect([window?.committedMicros, window?.reservedMicros, window?.overrunMicros]).toEqual([wallTimeLimitMs, 0, 0]);
  });

  it("counts once, however often it is told", async () => {
    const t = await tenant();
    await withBudget(t);
    const run = await dispatchedRun(t);
    const body = resultOf(run, { files: [fileOf("a.txt", "a")] });
    const answers = await Promise.all([post(signed(body)), post(signed(body)), post(signed({ ...body, wallTimeMs: 9_000 }))]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    const [window] = await inside(t, (tx) => tx.select().from(budgetWindow));
    expect([420, 9_000]).toContain(window?.committedMicros);
    expect(await inside(t, (tx) => tx.select().from(runFile))).toHaveLength(1);
    expect(await eventBodies(t.organizationId, "runs.finished")).toHaveLength(1);
  });

  it("is refused as a replay when the very same envelope comes again", async () => {
    const t = await tenant();
    const run = await dispatchedRun(t);
    const envelope = signed(outputOf(run, "hello"), "output");
    expect((await post(envelope, outputCallback)).status).toBe(200);
    expect((await post(envelope, outputCallback)).status).toBe(409);
    expect(await inside(t, (tx) => tx.select().from(runOutput))).toHaveLength(1);
  });

  const forgeries: [string, (body: ReturnType<typeof resultOf>) => unknown, string][] = [
    ["another key signed it", (body) => signEnvelope(readPrivateKey(generateKeyPem().privateKeyPem), "result", body), "bad_signature"],
    ["its body was altered", (body) => ({ ...signed(body), body: { ...body, exitCode: 7 } }), "bad_signature"],
    ["it was signed as output", (body) => signed(body, "output"), "wrong_purpose"],
    ["it is late", (body) => signed(body, "result", { now: new Date(Date.now() - 600_000) }), "expired"],
    ["it comes from the future", (body) => signed(body, "result", { now: new Date(Date.now() + 600_000) }), "not_yet_valid"],
    ["it names another dispatch", (body) => signed({ ...body, jobNonce: "A".repeat(22) }), "not dispatched with this nonce"],
    ["it has a field too many", (body) => signed({ ...body, bonus: 1 }), "malformed"],
    ["it has no signature", (body) => ({ body }), "malformed"],
  ];
  it.each(forgeries)("changes nothing when %s, and the refusal is an event", async (_what, forge, reason) => {
    const t = await tenant();
    const run = await dispatchedRun(t);
    const response = await post(forge(resultOf(run)));
    // What was signed rightly and at another time is told again by an honest runner, so that its result is not lost.
    expect(response.status).toBe(["expired", "not_yet_valid"].includes(reason) ? 503 : 403);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect((await runRow(t, run.runId)).finishedAt).toBeNull();
    const [event] = await eventBodies(t.organizationId, "runner.callback_refused");
    expect(event).toMatchObject({ outcome: "blocked", severity: "critical", resource: { id: run.runId } });
    expect(event).toMatchObject({ details: { reason: expect.stringContaining(reason) } });
  });

  it("is not taken for a run that was never dispatched, nor for one that nobody knows", async () => {
    const t = await tenant();
    const { runId } = await newRun(t);
    expect((await post(signed(resultOf({ runId, jobNonce: "A".repeat(22) })))).status).toBe(403);
    expect((await post(signed(resultOf({ runId: newId(), jobNonce: "A".repeat(22) })))).status).toBe(404);
    expect((await runRow(t, runId)).status).toBe("queued");
  });

  it("is not taken for another run than the one that it was dispatched as", async () => {
    const t = await tenant();
    const [one, other] = [await dispatchedRun(t), await dispatchedRun(t)];
    expect((await post(signed(resultOf({ ...one, jobNonce: other.jobNonce })))).status).toBe(403);
    expect((await post(signed(outputOf({ ...one, jobNonce: other.jobNonce }, "of the other"), "output"), outputCallback)).status).toBe(403);
    expect([(await runRow(t, one.runId)).finishedAt, (await runRow(t, other.runId)).finishedAt]).toEqual([null, null]);
    expect(await inside(t, (tx) => tx.select().from(runOutput))).toEqual([]);
  });

  it("that comes after the run was given up for lost is taken from the runner and changes nothing", async () => {
    const t = await tenant();
    await withBudget(t);
    const run = await dispatchedRun(t);
    await giveUpRun(engine(t), { runId: run.runId, reason: "The runner never told its result." });
    expect((await post(signed(resultOf(run, { files: [fileOf("a.txt", "a")] })))).status).toBe(200);
    expect(await runRow(t, run.runId)).toMatchObject({ status: "lost", costMicros: 0, exitCode: null });
    expect(await inside(t, (tx) => tx.select().from(runFile))).toEqual([]);
    expect(await eventBodies(t.organizationId, "runs.finished")).toHaveLength(1);
    const [window] = await inside(t, (tx) => tx.select().from(budgetWindow));
    expect(window).toMatchObject({ committedMicros: 0, reservedMicros: 0 });
  });

  it("forged again and again does not fill the audit", async () => {
    const t = await tenant();
    const { runId } = await newRun(t);
    const forged = { ...signed(resultOf({ runId, jobNonce: "A".repeat(22) })), signature: "A".repeat(86) };
    for (let times = 0; times < 65; times++) expect((await post(forged)).status).toBe(403);
    expect(await eventBodies(t.organizationId, "runner.callback_refused")).toHaveLength(60);
  });

  it("is not taken with a file that is not what its hash says", async () => {
    const t = await tenant();
    const run = await dispatchedRun(t);
    const response = await post(signed(resultOf(run, { files: [{ ...fileOf("a.txt", "a"), sha256: sha256("b") }] })));
    expect(response.status).toBe(400);
    expect(await inside(t, (tx) => tx.select().from(runFile))).toHaveLength(0);
    expect((await runRow(t, run.runId)).finishedAt).toBeNull();
  });

  it.each([
    ["failed", { status: "failed", exitCode: 1 }, "failed"],
    ["killed", { status: "killed", exitCode: null }, "failed"],
    ["refused", { status: "refused", exitCode: null, sandbox: null, startedAt: null, wallTimeMs: 0 }, "failed"],
  ] as const)("that says %s ends the run and its action so", async (status, changes, actionStatus) => {
    const t = await tenant();
    const run = await dispatchedRun(t);
    await post(signed(resultOf(run, { ...changes, reason: "why" })));
    expect(await runRow(t, run.runId)).toMatchObject({ status, reason: "why" });
    const [asked] = await inside(t, (tx) => tx.select().from(action).where(eq(action.id, run.actionId)));
    expect(asked?.status).toBe(actionStatus);
  });

  it.each([{ wallTimeMs: 9e12 }, { cpuTimeMs: 9e12 }, { exitCode: 256 }, { wallTimeMs: -1 }])("is refused with figures that cannot be: %j", async (figures) => {
    const t = await tenant();
    const run = await dispatchedRun(t);
    expect((await post(signed(resultOf(run, figures)))).status).toBe(403);
    expect((await runRow(t, run.runId)).finishedAt).toBeNull();
    expect((await post(signed({ ...outputOf(run, "x"), seq: 9e12 }, "output"), outputCallback)).status).toBe(403);
  });

  it.each([["not JSON", "{"], ["no callback", "[]"], ["no run", `{"body":{"runId":"x"}}`]])("that is %s is refused as such", async (_what, body) => {
    expect((await post(body)).status).toBe(400);
  });
});

describe("a runner's output", () => {
  it("marks the run as running and keeps each piece once", async () => {
    const t = await tenant();
    const run = await dispatchedRun(t);
    expect((await post(signed(outputOf(run, "hello"), "output"), outputCallback)).status).toBe(200);
    // Sent again, signed anew, since the first answer was lost.
    expect((await post(signed(outputOf(run, "hello"), "output"), outputCallback)).status).toBe(200);
    expect((await runRow(t, run.runId)).status).toBe("running");
    expect(await inside(t, (tx) => tx.select().from(runOutput))).toHaveLength(1);
  });

  it.each(["output", "result"] as const)("notes once that the runner has the run, when the dispatch's own answer was lost and its %s tells", async (told) => {
    const t = await tenant();
    const { runId } = await newRun(t);
    await claimRun(engine(t), { runId });
    const run = { runId, jobNonce: (await runRow(t, runId)).jobNonce ?? "" };
    if (told === "output") await post(signed(outputOf(run, "hello"), "output"), outputCallback);
    await post(signed(resultOf(run)));
    expect(await dispatchRun(engine(t), { runId })).toBe("over");
    expect((await runRow(t, runId)).dispatchedAt).not.toBeNull();
    const [event, ...more] = await eventBodies(t.organizationId, "runs.dispatched");
    expect([event?.details, more]).toMatchObject([{ files: [{ name: "in.csv", sha256: sha256("a,b\n1,2\n") }] }, []]);
  });

  it("does not bring a run back to life that has ended", async () => {
    const t = await tenant();
    const run = await dispatchedRun(t);
    await post(signed(resultOf(run)));
    expect((await post(signed(outputOf(run, "late"), "output"), outputCallback)).status).toBe(200);
    expect((await runRow(t, run.runId)).status).toBe("succeeded");
    expect((await eventsOf(t.organizationId)).filter((event) => event.startsWith("runs.finished"))).toHaveLength(1);
  });
});
