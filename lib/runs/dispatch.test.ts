import { describe, expect, it, vi } from "vitest";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies, eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { checkRun } from "./check";
import { claimRun } from "./claim";
import { dispatchRun } from "./dispatch";
import { giveUpRun } from "./give-up";
import { killRun } from "./kill";
import { stopRun } from "./stop";
import { approvalRow, dispatchedRun, engine, newRun, runRow, sha256, useStubRunner, type Tenant } from "./testing";

useTestDatabase();
const runner = useStubRunner();

const dispatch = (t: Tenant, runId: string) => dispatchRun(engine(t), { runId });
/** Those of others may still be under way from tests before. */
const killsOf = (runId: string) => runner.kills.filter((id) => id === runId);
async function claimed(t: Tenant): Promise<string> {
  const { runId } = await newRun(t);
  await claimRun(engine(t), { runId });
  return runId;
}

describe("handing a run to the runner", () => {
  it("sends exactly what was decided on, signed, with its limits and without network", async () => {
    const t = await tenant();
    const runId = await claimed(t);
    expect(await dispatch(t, runId)).toBe("dispatched");
    const [job] = runner.jobs;
    const { jobNonce, wallTimeLimitMs } = await runRow(t, runId);
    expect(job).toMatchObject({
      runId, organizationId: t.organizationId, jobNonce, language: "python", code: "print(1)", network: "none",
      files: [{ name: "in.csv", sha256: sha256("a,b\n1,2\n") }], limits: { wallTimeMs: wallTimeLimitMs, pids: 64 },
    });
    expect((await runRow(t, runId)).status).toBe("dispatched");
    expect(await eventsOf(t.organizationId)).toContain("runs.dispatched:success");
  });

  it("is taken once however often it is sent", async () => {
    const t = await tenant();
    const runId = await claimed(t);
    expect([await dispatch(t, runId), await dispatch(t, runId)]).toEqual(["dispatched", "dispatched"]);
    expect(runner.jobs).toHaveLength(1);
  });

  it("is noted once, also when the note was made and its answer lost", async () => {
    const t = await tenant();
    const runId = await claimed(t);
    await dispatch(t, runId);
    runner.silent = true;
    // The engine asks again for what it was not told; by now the runner may be away.
    expect(await dispatch(t, runId)).toBe("dispatched");
    expect((await runRow(t, runId)).status).toBe("dispatched");
    expect(await eventBodies(t.organizationId, "runs.dispatched")).toHaveLength(1);
    expect(await eventBodies(t.organizationId, "runs.waiting")).toHaveLength(0);
  });

  it("sends nothing that was not claimed", async () => {
    const t = await tenant();
    const { runId } = await newRun(t);
    expect(await dispatch(t, runId)).toBe("over");
    expect(runner.jobs).toHaveLength(0);
  });

  it("waits while nobody takes it, says for what, and notes it once", async () => {
    const t = await tenant();
    const runId = await claimed(t);
    runner.silent = true;
    expect([await dispatch(t, runId), await dispatch(t, runId)]).toEqual(["waiting", "waiting"]);
    const row = await runRow(t, runId);
    expect([row.status, row.reason]).toEqual(["waiting_for_runner", "The sandbox runner does not answer."]);
    expect(await eventBodies(t.organizationId, "runs.waiting")).toHaveLength(1);
    runner.silent = false;
    runner.refusal = { status: 503, reason: "sandbox_unavailable", detail: "runsc is not installed." };
    expect(await dispatch(t, runId)).toBe("waiting");
    expect((await runRow(t, runId)).reason).toBe("runsc is not installed.");
    runner.refusal = null;
    expect(await dispatch(t, runId)).toBe("dispatched");
  });

  it("ends a run that the runner will never take", async () => {
    const t = await tenant();
    const runId = await claimed(t);
    runner.refusal = { status: 413, reason: "too_large", detail: "The job is too large." };
    expect(await dispatch(t, runId)).toBe("over");
    expect(await runRow(t, runId)).toMatchObject({ status: "refused", reason: "The runner refused the job: The job is too large.", costMicros: 0 });
  });
});

describe("stopping a run", () => {
  it("ends at once what has not begun, with its approval, and wakes the function that waits", async () => {
    const t = await tenant();
    const { runId, approvalId } = await newRun(t, { estimatedCostMicros: 5_000_000 });
    expect(await stopRun(await t.as("supervisor"), { id: runId, reason: "" })).toEqual({ status: "stopped" });
    expect(await runRow(t, runId)).toMatchObject({ status: "cancelled", reason: "Stopped by supervisor before it began." });
    expect((await approvalRow(t, approvalId ?? "")).status).toBe("cancelled");
    expect(await claimRun(engine(t), { runId })).toBe("over");
    expect(await eventsOf(t.organizationId)).toEqual(expect.arrayContaining(["runs.kill_requested:success", "runs.finished:failure", "approvals.cancelled:success"]));
  });

  it("ends at once what waits for a runner, and tells the runner all the same", async () => {
    const t = await tenant();
    const runId = await claimed(t);
    runner.silent = true;
    await dispatch(t, runId);
    expect(await stopRun(await t.as("supervisor"), { id: runId, reason: "" })).toEqual({ status: "stopped" });
    runner.silent = false;
    expect(await dispatch(t, runId)).toBe("over");
    await killRun(engine(t), { runId });
    expect([runner.jobs.length, killsOf(runId)]).toEqual([0, [runId]]);
  });

  it("asks the runner to end what is under way, at once and again by the job", async () => {
    const t = await tenant();
    const { runId } = await dispatchedRun(t);
    const supervisor = await t.as("supervisor");
    expect(await stopRun(supervisor, { id: runId, reason: "wrong file" })).toEqual({ status: "stopping" });
    await expect(stopRun(supervisor, { id: runId, reason: "" })).rejects.toMatchObject({ code: "conflict" });
    expect(await runRow(t, runId)).toMatchObject({ status: "dispatched", killRequestedBy: supervisor.actor.id, finishedAt: null });
    await vi.waitFor(() => expect(killsOf(runId)).toEqual([runId]), { timeout: 60_000 });
    await killRun(engine(t), { runId });
    expect(killsOf(runId)).toEqual([runId, runId]);
    expect((await runRow(t, runId)).finishedAt).toBeNull();
  });

  it("is tried again while the runner cannot be reached, and ends what the runner does not know", async () => {
    const t = await tenant();
    const { runId } = await dispatchedRun(t);
    await stopRun(await t.as("supervisor"), { id: runId, reason: "" });
    runner.silent = true;
    await expect(killRun(engine(t), { runId })).rejects.toThrow("does not answer");
    runner.silent = false;
    runner.states.clear();
    await killRun(engine(t), { runId });
    expect((await runRow(t, runId)).status).toBe("cancelled");
  });

  it("is a conflict once the run has ended", async () => {
    const t = await tenant();
    const { runId } = await dispatchedRun(t);
    await giveUpRun(engine(t), { runId, reason: "x" });
    await expect(stopRun(await t.as("supervisor"), { id: runId, reason: "" })).rejects.toMatchObject({ code: "conflict" });
  });

  it("needs the permission, in the run's workspace, and leaves a denial", async () => {
    const t = await tenant();
    const { runId } = await newRun(t);
    for (const role of ["viewer", "auditor", "billing_admin"] as const) {
      await expect(stopRun(await t.as(role), { id: runId, reason: "" })).rejects.toMatchObject({ code: "forbidden" });
    }
    await expect(stopRun(t.agent, { id: runId, reason: "" })).rejects.toMatchObject({ code: "forbidden" });
    expect(await eventsOf(t.organizationId)).toContain("access.denied:blocked");
    const stranger = await (await tenant()).as("organization_admin");
    await expect(stopRun(stranger, { id: runId, reason: "" })).rejects.toMatchObject({ code: "not_found" });
    expect((await runRow(t, runId)).status).toBe("queued");
  });
});

describe("looking after an overdue run", () => {
  const check = (t: Tenant, runId: string, last = false) => checkRun(engine(t), { runId, last });

  it("waits on while the runner is at it, or does not answer yet", async () => {
    const t = await tenant();
    const { runId } = await dispatchedRun(t);
    expect(await check(t, runId)).toBe("under_way");
    runner.silent = true;
    expect(await check(t, runId)).toBe("under_way");
  });

  it.each([
    ["does not know it", () => runner.states.clear(), false],
    ["was told that its result is never taken", () => runner.states.forEach((_state, id) => runner.states.set(id, "rejected")), false],
    ["does not answer at the last look", () => void (runner.silent = true), true],
    ["says to the last that it is running", () => runner.states.forEach((_state, id) => runner.states.set(id, "running")), true],
    ["says that it told a result that never came", () => runner.states.forEach((_state, id) => runner.states.set(id, "acknowledged")), true],
    ["cannot tell the result it has", () => runner.states.forEach((_state, id) => runner.states.set(id, "finished")), true],
  ])("loses a run when the runner %s, and never starts it again", async (_what, arrange, last) => {
    const t = await tenant();
    const { runId } = await dispatchedRun(t);
    arrange();
    expect(await check(t, runId, last)).toBe("over");
    expect(await runRow(t, runId)).toMatchObject({ status: "lost", costMicros: 0 });
    runner.silent = false;
    expect(await dispatch(t, runId)).toBe("over");
    expect(runner.jobs).toHaveLength(1);
  });
});
