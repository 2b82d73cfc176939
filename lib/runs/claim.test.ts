import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { action, approval } from "@/db/schema/action";
import { agent, agentPolicy } from "@/db/schema/agent";
import { budget, budgetWindow, reservation } from "@/db/schema/budget";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies, eventsOf } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { claimRun } from "./claim";
import { approvalRow, approvedRun, engine, inside, newRun, runRow, useStubRunner, type Tenant } from "./testing";

useTestDatabase();
useStubRunner();

const claim = (t: Tenant, runId: string) => claimRun(engine(t), { runId });

describe("claiming a run", () => {
  it("takes the single-use grant and makes the job's nonce", async () => {
    const t = await tenant();
    const { runId, actionId } = await newRun(t);
    expect(await claim(t, runId)).toBe("ready");
    const [row] = await inside(t, (tx) => tx.select().from(action).where(eq(action.id, actionId)));
    expect([row?.status, row?.grantUsedAt !== null]).toEqual(["running", true]);
    expect((await runRow(t, runId)).jobNonce).toMatch(/^[\w-]{22}$/);
    expect(await eventsOf(t.organizationId)).toContain("actions.grant_used:success");
  });

  it("answers the same after a crash and uses nothing twice", async () => {
    const t = await tenant();
    const { runId } = await newRun(t);
    const answers = await Promise.all([claim(t, runId), claim(t, runId), claim(t, runId)]);
    const { jobNonce } = await runRow(t, runId);
    expect(answers).toEqual(["ready", "ready", "ready"]);
    expect(await claim(t, runId)).toBe("ready");
    expect((await runRow(t, runId)).jobNonce).toBe(jobNonce);
    expect(await eventBodies(t.organizationId, "actions.grant_used")).toHaveLength(1);
  });

  it("does not start what still waits for a person", async () => {
    const t = await tenant();
    const { runId } = await newRun(t, { estimatedCostMicros: 5_000_000 });
    expect(await claim(t, runId)).toBe("over");
    expect((await runRow(t, runId)).jobNonce).toBeNull();
  });

  it("uses an approval once and names who gave it", async () => {
    const t = await tenant();
    const { runId, approvalId } = await approvedRun(t);
    expect(await claim(t, runId)).toBe("ready");
    expect((await approvalRow(t, approvalId)).usedAt).not.toBeNull();
    const [event] = await eventBodies(t.organizationId, "actions.grant_used");
    const { decidedBy } = await approvalRow(t, approvalId);
    expect(event?.approval).toMatchObject({ id: approvalId, required: true, by: decidedBy, policyVersion: 1 });
  });

  const afterApproval: [string, (t: Tenant, ids: { actionId: string; approvalId: string }) => Promise<unknown>, RegExp][] = [
    ["an argument was changed in the database", (t, { actionId }) => inside(t, (tx) => tx.update(action).set({ arguments: `{"code":"print(2)"}` }).where(eq(action.id, actionId))), /not the one that was decided on/],
    ["the approval's digest was changed", (t, { approvalId }) => inside(t, (tx) => tx.update(approval).set({ digest: Buffer.alloc(32) }).where(eq(approval.id, approvalId))), /not the one that was approved/],
    ["the agent's policy changed", (t) => inside(t, async (tx) => {
      const [policy] = await tx.select().from(agentPolicy);
      if (policy) await tx.insert(agentPolicy).values({ ...policy, version: 2 });
      await tx.update(agent).set({ policyVersion: 2 });
    }), /policy changed/],
    ["the approval was used", (t, { approvalId }) => inside(t, (tx) => tx.update(approval).set({ usedAt: new Date() }).where(eq(approval.id, approvalId))), /used before/],
    ["the approval has expired", (t, { approvalId }) => inside(t, (tx) => tx.update(approval).set({ expiresAt: new Date(Date.now() - 1) }).where(eq(approval.id, approvalId))), /expired/],
    ["the agent was suspended", (t) => inside(t, (tx) => tx.update(agent).set({ status: "suspended" })), /suspended/],
  ];
  it.each(afterApproval)("refuses the run for good when %s between approval and start", async (_what, tamper, reason) => {
    const t = await tenant();
    const made = await approvedRun(t);
    await tamper(t, made);
    expect(await claim(t, made.runId)).toBe("over");
    const row = await runRow(t, made.runId);
    expect([row.status, row.jobNonce, row.costMicros]).toEqual(["refused", null, 0]);
    expect(row.reason).toMatch(reason);
    expect(await eventsOf(t.organizationId)).toContain("runs.finished:blocked");
    expect(await claim(t, made.runId)).toBe("over");
  });

  it("gives back what was reserved when it refuses", async () => {
    const t = await tenant();
    await inside(t, (tx) => tx.insert(budget).values({
      id: newId(), organizationId: t.organizationId, scopeType: "project", scopeId: t.projectId, period: "month", timeZone: "UTC",
      capMicros: 9_000_000, hard: true, thresholds: [80],
    }));
    const { runId } = await approvedRun(t);
    await inside(t, (tx) => tx.update(agent).set({ status: "suspended" }));
    await claim(t, runId);
    const [window] = await inside(t, (tx) => tx.select().from(budgetWindow));
    const [held] = await inside(t, (tx) => tx.select().from(reservation));
    expect([window?.reservedMicros, window?.committedMicros, held?.status]).toEqual([0, 0, "settled"]);
  });

  it("lets as many runs of an agent go at a time as its policy says, in order, also when all ask at once", async () => {
    const t = await tenant();
    const runs: string[] = [];
    for (let turn = 0; turn < 5; turn++) runs.push((await newRun(t)).runId);
    const answers = await Promise.all(runs.toReversed().map(async (runId) => [runId, await claim(t, runId)] as const));
    const ready = answers.filter(([, answer]) => answer === "ready").map(([runId]) => runId);
    expect(ready.length).toBeLessThanOrEqual(2);
    for (const runId of runs) await claim(t, runId);
    const states = await Promise.all(runs.map(async (runId) => (await runRow(t, runId)).jobNonce !== null));
    expect(states).toEqual([true, true, false, false, false]);
  });

  it("does not know another organization's run", async () => {
    const [here, there] = [await tenant(), await tenant()];
    const { runId } = await newRun(there);
    expect(await claim(here, runId)).toBe("over");
    expect((await runRow(there, runId)).jobNonce).toBeNull();
  });
});
