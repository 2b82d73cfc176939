import { eq } from "drizzle-orm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { action, approval } from "@/db/schema/action";
import { agent, agentPolicy, apiKey } from "@/db/schema/agent";
import { budget, budgetAlert, budgetWindow, reservation } from "@/db/schema/budget";
import { outbox } from "@/db/schema/message";
import { run } from "@/db/schema/run";
import { auditEvent } from "@/db/stream/audit";
import { inTenant, type Tx } from "@/db/tenant";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { eventBodies, eventsOf } from "@/lib/testing/events";
import { abilityOfAgent } from "@/lib/ability/define";
import { agentScopes } from "@/lib/ability/permissions";
import { setBudget } from "@/lib/budgets/set";
import { releaseReservation, settleReservation } from "@/lib/budgets/settle";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { reportOutcome, ReportOutcomeInput } from "./report-outcome";
import { SubmitActionInput } from "./schemas";
import { submitAction } from "./submit";
import { takeGrant } from "./take-grant";

useTestDatabase();

type Tenant = Awaited<ReturnType<typeof tenant>>;
const inside = <T>(t: Tenant, work: (tx: Tx) => Promise<T>) => inTenant(database(), t.organizationId, work);
const request = (changes: Partial<SubmitActionInput> = {}) =>
  SubmitActionInput.parse({ tool: "crm.read", arguments: { id: 7 }, estimatedCostMicros: 100_000, ...changes });
const script = (changes: Partial<SubmitActionInput> = {}) => request({ tool: "sandbox.python", arguments: { code: "print(1)" }, ...changes });

async function withBudget(t: Tenant, capMicros: number, scope: "organization" | "project" = "project", hard = true) {
  const id = newId();
  await inside(t, (tx) =>
    tx.insert(budget).values({
      id, organizationId: t.organizationId, scopeType: scope, scopeId: scope === "project" ? t.projectId : t.organizationId,
      period: "month", timeZone: "Europe/Berlin", capMicros, hard, thresholds: [80, 100],
    }),
  );
  return id;
}
/** A second agent of the tenant, in the same project. */
async function anotherAgent(t: Tenant): Promise<AgentCtx> {
  const [id, apiKeyId] = [newId(), newId()];
  await inside(t, async (tx) => {
    const [first] = await tx.select().from(agent).where(eq(agent.id, t.agentId));
    const [policy] = await tx.select().from(agentPolicy).where(eq(agentPolicy.agentId, t.agentId));
    const [key] = await tx.select().from(apiKey).where(eq(apiKey.id, t.apiKeyId));
    if (!first || !policy || !key) throw new Error("the tenant has no agent");
    await tx.insert(agent).values({ ...first, id, name: "Second" });
    await tx.insert(agentPolicy).values({ ...policy, agentId: id });
    await tx.insert(apiKey).values({ ...key, id: apiKeyId, agentId: id, keyHash: Buffer.from(apiKeyId) });
  });
  return { ...t.agent, actor: { ...t.agent.actor, id, name: "Second", apiKeyId }, ability: abilityOfAgent(id, agentScopes), requestId: newId() };
}
const windowsOf = (t: Tenant) => inside(t, (tx) => tx.select().from(budgetWindow));

describe("submitting an action", () => {
  it("allows low risk at once and writes action, reservation and event together", async () => {
    const t = await tenant();
    const { action: made, replayed } = await submitAction(t.agent, request(), "k1");
    expect([made.status, made.decision.rule, made.decision.risk, replayed]).toEqual(["allowed", "policy.allowed", "LOW", false]);
    const events = await inside(t, (tx) => tx.select().from(auditEvent));
    expect(events.map((event) => [event.action, event.resourceId, event.outcome])).toEqual([["actions.decided", made.id, "success"]]);
    const held = await inside(t, (tx) => tx.select().from(reservation));
    expect(held.map((row) => [row.actionId, row.amountMicros, row.status])).toEqual([[made.id, 100_000, "held"]]);
  });

  it("keeps what looks like a secret out of the event, in whatever the agent wrote", async () => {
    const t = await tenant({ tools: [{ tool: "file.*", mode: "allowed", costCeilingMicros: null, rate: null, paths: ["/reports/*"], domains: null, operations: null }] });
    const [secret, other] = ["hunter2hunter2", `ghp_${"a1".repeat(12)}`];
    await submitAction(t.agent, request({ resource: `postgres://app:${secret}@db.example.com/crm` }), newId());
    await submitAction(t.agent, request({ tool: "file.read", arguments: { path: `/keys/${other}` } }), newId()).catch(() => null);
    const bodies = await eventBodies(t.organizationId, "actions.decided");
    expect(bodies).toMatchObject([{ details: { resource: "postgres://app:[masked]@db.example.com/crm" } }, { details: { rule: "capability.path", message: expect.stringContaining("[masked]") } }]);
    for (const text of [secret, other]) expect(JSON.stringify(bodies)).not.toContain(text);
  });

  it("makes a run of a script and tells the job engine", async () => {
    const t = await tenant();
    const { action: made } = await submitAction(t.agent, script(), "k1");
    const runs = await inside(t, (tx) => tx.select().from(run));
    expect(runs.map((row) => [row.id, row.actionId, row.status, row.language])).toEqual([[made.runId, made.id, "queued", "python"]]);
    const waiting = await inside(t, (tx) => tx.select().from(outbox));
    expect(waiting.map((row) => [row.name, row.data.runId])).toEqual([["run/created", made.runId]]);
  });

  it("waits for a person at the cost threshold and holds the money meanwhile", async () => {
    const t = await tenant({ costThresholdMicros: 500_000 });
    await withBudget(t, 10_000_000);
    const { action: made } = await submitAction(t.agent, script({ estimatedCostMicros: 500_000 }), "k1");
    expect([made.status, made.decision.outcome, made.decision.rule]).toEqual(["pending_approval", "needs_approval", "cost.threshold"]);
    const [asked] = await inside(t, (tx) => tx.select().from(approval));
    expect([asked?.id, asked?.kind, asked?.status, asked?.requesterPersonId, asked?.digest.toString("hex")]).toEqual([
      made.approvalId, "action", "pending", t.ownerId, made.digest,
    ]);
    expect((await windowsOf(t)).map((row) => row.reservedMicros)).toEqual([500_000]);
  });

  it.each([
    ["a blocked tool", { tools: [{ tool: "crm.*", mode: "blocked" as const, costCeilingMicros: null }] }, "capability.blocked"],
    ["a call above the tool's ceiling", { tools: [{ tool: "crm.*", mode: "allowed" as const, costCeilingMicros: 99_999 }] }, "capability.cost_ceiling"],
  ])("denies %s, names the rule and keeps the denial", async (_name, options, rule) => {
    const t = await tenant(options);
    await expect(submitAction(t.agent, request(), "k1")).rejects.toMatchObject({ code: "policy_denied", extensions: { rule } });
    const rows = await inside(t, (tx) => tx.select({ status: action.status, rule: action.rule }).from(action));
    expect(rows).toEqual([{ status: "denied", rule }]);
    expect(await inside(t, (tx) => tx.select().from(reservation))).toEqual([]);
  });

  it("refuses above a hard cap: which budget, what is left, when it resets, how to ask", async () => {
    const t = await tenant({ costThresholdMicros: 9_000_000 });
    const id = await withBudget(t, 1_000_000);
    await submitAction(t.agent, request({ estimatedCostMicros: 700_000 }), "k1");
    const refusal = submitAction(t.agent, request({ estimatedCostMicros: 400_000 }), "k2");
    await expect(refusal).rejects.toMatchObject({
      code: "budget_exceeded",
      extensions: {
        rule: "budget.hard_cap",
        budget: { id, scope: "project", leftMicros: 300_000, neededMicros: 400_000, capMicros: 1_000_000 },
        ask: { method: "POST", path: "/api/v1/budget-requests", body: { budgetId: id, amountMicros: 100_000 } },
      },
    });
    expect((await windowsOf(t)).map((row) => row.reservedMicros)).toEqual([700_000]);
  });

  it("lets a soft cap pass", async () => {
    const t = await tenant({ costThresholdMicros: 9_000_000 });
    await withBudget(t, 100_000, "project", false);
    const { action: made } = await submitAction(t.agent, request({ estimatedCostMicros: 400_000 }), "k1");
    expect(made.status).toBe("allowed");
  });

  it("notes a threshold once per window", async () => {
    const t = await tenant({ costThresholdMicros: 9_000_000 });
    await withBudget(t, 1_000_000);
    for (const [i, cost] of [500_000, 300_000, 50_000].entries()) await submitAction(t.agent, request({ estimatedCostMicros: cost }), `k${i}`);
    const alerts = await inside(t, (tx) => tx.select().from(budgetAlert));
    expect(alerts.map((row) => [row.threshold, row.usedMicros])).toEqual([[80, 800_000]]);
    const events = await inside(t, (tx) => tx.select().from(outbox).where(eq(outbox.name, "budget/threshold-crossed")));
    expect(events).toHaveLength(1);
  });

  it("answers a repeated request as before, also when both arrive at once", async () => {
    const t = await tenant();
    const both = await Promise.all([submitAction(t.agent, request(), "same"), submitAction(t.agent, request(), "same"), submitAction(t.agent, request(), "same")]);
    expect(new Set(both.map((one) => one.action.id)).size).toBe(1);
    expect(await inside(t, (tx) => tx.select({ id: action.id }).from(action))).toHaveLength(1);
  });

  it("answers with what another process stores under the same key at this moment", async () => {
    const t = await tenant();
    await submitAction(t.agent, request(), "first");
    const id = newId();
    let mine: ReturnType<typeof submitAction> | undefined;
    await inside(t, async (tx) => {
      const [row] = await tx.select().from(action);
      if (!row) throw new Error("the first action is gone");
      await tx.insert(action).values({ ...row, id, idempotencyKey: "same" });
      mine = submitAction(t.agent, request(), "same");
      mine.catch(() => {});
      const waiting = () => database().sql<{ some: boolean }[]>`select exists (select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') as some`;
      await expect.poll(async () => (await waiting())[0]?.some, { timeout: 15_000 }).toBe(true);
    });
    expect(await mine).toMatchObject({ action: { id }, replayed: true });
  });

  it("refuses the same idempotency key with another body", async () => {
    const t = await tenant();
    await submitAction(t.agent, request(), "same");
    await expect(submitAction(t.agent, request({ arguments: { id: 8 } }), "same")).rejects.toMatchObject({ code: "idempotency_key_reused" });
  });

  it("denies at once after the key is revoked or the agent suspended", async () => {
    const t = await tenant();
    await inside(t, (tx) => tx.update(agent).set({ status: "suspended" }).where(eq(agent.id, t.agentId)));
    await expect(submitAction(t.agent, request(), "k1")).rejects.toMatchObject({ extensions: { rule: "agent.not_active" } });
    await inside(t, (tx) => tx.update(apiKey).set({ revokedAt: new Date() }).where(eq(apiKey.id, t.apiKeyId)));
    await expect(submitAction(t.agent, request(), "k2")).rejects.toMatchObject({ extensions: { rule: "key.revoked" } });
  });

  it("knows no other tenant's key", async () => {
    const t = await tenant();
    const other = await tenant();
    const forged = { ...t.agent, organizationId: other.organizationId };
    await expect(submitAction(forged, request(), "k1")).rejects.toMatchObject({ code: "unauthenticated" });
    expect(await inside(other, (tx) => tx.select({ id: action.id }).from(action))).toEqual([]);
  });

  it("names each wrong argument of a script", async () => {
    const t = await tenant();
    const wrong = submitAction(t.agent, script({ arguments: { code: "", files: [{ name: "../x", content: "" }], extra: 1 } }), "k1");
    await expect(wrong).rejects.toMatchObject({ code: "invalid_input", fields: { "arguments.code": expect.any(String), "arguments.files.0.name": expect.any(String), "arguments.extra": expect.any(String) } });
    const nested = submitAction(t.agent, script({ arguments: { code: "1", files: [{ name: "a/b", content: "" }, { name: "a", content: "" }] } }), "k2");
    await expect(nested).rejects.toMatchObject({ code: "invalid_input", fields: { "arguments.files": "names a file like a folder of another" } });
  });
});

describe("money under concurrency", () => {
  it("never passes a hard cap, never refuses what fits, and adds up", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 400_000 }), { minLength: 1, maxLength: 25 }), async (costs) => {
        const t = await tenant({ costThresholdMicros: 9_000_000 });
        await withBudget(t, 1_000_000, "organization");
        await withBudget(t, 900_000);
        const results = await Promise.allSettled(costs.map((cost, i) => submitAction(t.agent, request({ estimatedCostMicros: cost }), `k${i}`)));
        const windows = await windowsOf(t);
        const granted = costs.filter((_, i) => results[i]?.status === "fulfilled").reduce((sum, cost) => sum + cost, 0);
        expect(windows.map((row) => row.reservedMicros)).toEqual([granted, granted]);
        expect(granted).toBeLessThanOrEqual(900_000);
        const refused = costs.filter((_, i) => results[i]?.status === "rejected");
        for (const cost of refused) expect(granted + cost).toBeGreaterThan(900_000);
      }),
      { numRuns: 15 },
    );
  });

  it("settles once, at the real cost, and keeps an overrun apart from the cap", async () => {
    const t = await tenant({ costThresholdMicros: 9_000_000 });
    await withBudget(t, 1_000_000);
    const { action: made } = await submitAction(t.agent, request({ estimatedCostMicros: 600_000 }), "k1");
    const settle = () => inside(t, (tx) => settleReservation(tx, made.id, 1_200_000));
    const results = await Promise.all([settle(), settle(), settle()]);
    expect(results.filter((result) => result !== null)).toEqual([{ reservedMicros: 600_000, actualMicros: 1_200_000, overrunMicros: 200_000, crossings: [expect.objectContaining({ threshold: 80 }), expect.objectContaining({ threshold: 100 })] }]);
    const [window] = await windowsOf(t);
    expect([window?.committedMicros, window?.reservedMicros, window?.overrunMicros]).toEqual([1_000_000, 0, 200_000]);
  });

  it("counts an overrun against what comes next, also when another action gives its money back", async () => {
    const t = await tenant({ costThresholdMicros: 9_000_000 });
    await withBudget(t, 1_000_000);
    const [waiting, cheap] = [await submitAction(t.agent, request({ estimatedCostMicros: 900_000 }), "k1"), await submitAction(t.agent, request({ estimatedCostMicros: 100_000 }), "k2")];
    await inside(t, (tx) => settleReservation(tx, cheap.action.id, 600_000));
    const free = () => submitAction(t.agent, request({ estimatedCostMicros: 0 }), newId());
    await expect(free()).rejects.toMatchObject({ code: "budget_exceeded", message: expect.stringMatching(/overdrawn by .*0\.50/), extensions: { ask: { body: { amountMicros: 500_000 } } } });
    await inside(t, (tx) => releaseReservation(tx, waiting.action.id));
    await expect(submitAction(t.agent, request({ estimatedCostMicros: 400_001 }), "k3")).rejects.toMatchObject({ code: "budget_exceeded" });
    await submitAction(t.agent, request({ estimatedCostMicros: 400_000 }), "k4");
    const [window] = await windowsOf(t);
    expect([window?.committedMicros, window?.reservedMicros, window?.overrunMicros]).toEqual([100_000, 400_000, 500_000]);
  });

  it("tells of a threshold that a cost above its reservation reaches, once", async () => {
    const t = await tenant({ costThresholdMicros: 9_000_000 });
    await withBudget(t, 1_000_000);
    const { action: made } = await submitAction(t.agent, request({ estimatedCostMicros: 100_000 }), "k1");
    await takeGrant(t.agent, { id: made.id });
    await reportOutcome(t.agent, ReportOutcomeInput.parse({ id: made.id, status: "succeeded", costMicros: 900_000 }));
    expect((await eventsOf(t.organizationId)).filter((name) => name.startsWith("budgets.alerted"))).toHaveLength(1);
    await submitAction(t.agent, request({ estimatedCostMicros: 1_000 }), "k2");
    expect((await eventsOf(t.organizationId)).filter((name) => name.startsWith("budgets.alerted"))).toHaveLength(1);
  });

  it("counts no sum so high that everybody's next call would fail, whatever agents estimate and report", async () => {
    const t = await tenant({ costThresholdMicros: 9_000_000 });
    await withBudget(t, 1_000_000, "project", false);
    const { action: made } = await submitAction(t.agent, request(), "k1");
    const nearly = 4_000_000_000_000_000_000;
    await inside(t, (tx) => tx.update(budgetWindow).set({ reservedMicros: nearly, committedMicros: nearly, overrunMicros: nearly }));
    const huge = submitAction(t.agent, request({ estimatedCostMicros: 9_000_000_000_000_000 }), "k2");
    await expect(huge).rejects.toMatchObject({ code: "budget_exceeded" });
    await inside(t, (tx) => settleReservation(tx, made.id, 9_000_000_000_000_000));
    const [window] = await windowsOf(t);
    expect([window?.committedMicros, window?.overrunMicros]).toEqual([nearly, nearly]);
  });
});

describe("a batch", () => {
  it("fails only the one that the database refuses", async () => {
    const t = await tenant({ costThresholdMicros: 9_000_000 });
    await withBudget(t, 1_000_000_000);
    // The first commits alone, so that the others are written together.
    const poison = { ...request(), declaredRisk: "\u0000" as never };
    const results = await Promise.allSettled([
      submitAction(t.agent, request(), "k0"), submitAction(t.agent, request(), "k1"), submitAction(t.agent, poison, "k2"), submitAction(t.agent, request(), "k3"),
    ]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  });

  it("names in each alert the agent whose call reached the threshold", async () => {
    const t = await tenant({ costThresholdMicros: 9_000_000 });
    const second = await anotherAgent(t);
    const scopeId = second.actor.id;
    await setBudget(await t.as("billing_admin"), { scopeType: "agent", scopeId, period: "day", timeZone: "UTC", capMicros: 1_000_000, hard: true, thresholds: [80] });
    await Promise.all([
      submitAction(t.agent, request(), "a0"), submitAction(t.agent, request(), "a1"), submitAction(second, request({ estimatedCostMicros: 900_000 }), "b0"),
    ]);
    const [alert] = await eventBodies(t.organizationId, "budgets.alerted");
    expect(alert).toMatchObject({ actor: { kind: "agent", id: second.actor.id }, requestId: second.requestId });
  });
});
