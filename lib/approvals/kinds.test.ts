import { and, eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { approval } from "@/db/schema/action";
import { budgetWindow } from "@/db/schema/budget";
import { lease } from "@/db/schema/lease";
import { notice } from "@/db/schema/message";
import { person } from "@/db/schema/people";
import { inTenant, type Tx } from "@/db/tenant";
import { askRule, peopleOf, publishRules } from "@/lib/approval-policies/testing";
import type { ApprovalRule } from "@/lib/approval-policies/content";
import { matchesEverything } from "@/lib/approval-policies/terms";
import { requestRaise } from "@/lib/budgets/request-raise";
import { setBudget, SetBudgetInput } from "@/lib/budgets/set";
import type { AgentCtx, PersonCtx } from "@/lib/ctx/ctx";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { getBudgetRequest } from "@/lib/budgets/get-request";
import { requestLease, RequestLeaseInput } from "@/lib/leases/request";
import { useLeaseKey } from "@/lib/leases/testing";
import { setAway } from "@/lib/presence/set-away";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { decideApproval } from "./decide";
import { expireApprovals } from "./expire";
import { listQueue } from "./queue";
import { ListApprovalsInput } from "./list";

useTestDatabase();
useLeaseKey();

type Tenant = Awaited<ReturnType<typeof tenant>>;
const inside = <T>(t: Tenant, work: (tx: Tx) => Promise<T>) => inTenant(database(), t.organizationId, work);
const { supervisor, named } = peopleOf;

/** A budget of one million in the agent's project, and what is asked of it. */
async function budgeted(options: Parameters<typeof tenant>[0] = {}) {
  const t = await tenant(options);
  const billing = await t.as("billing_admin");
  const { id: budgetId } = await setBudget(billing, SetBudgetInput.parse({ scopeType: "project", scopeId: t.projectId, period: "month", timeZone: "UTC", capMicros: 1_000_000, hard: true, thresholds: [100] }));
  const ask = (who: PersonCtx | AgentCtx, amountMicros = 400_000) => requestRaise(who, { budgetId, amountMicros, reason: "Month-end" });
  const raised = async () => (await inside(t, (tx) => tx.select().from(budgetWindow)))[0]?.raisedMicros ?? 0;
  return { ...t, billing, budgetId, ask, raised };
}

const rowOf = async (t: Tenant, id: string) => {
  const [row] = await inside(t, (tx) => tx.select().from(approval).where(eq(approval.id, id)));
  if (!row) throw new Error("the request is gone");
  return row;
};

async function decide(t: Tenant, who: PersonCtx, id: string, more: { decision?: "approved" | "rejected"; reason?: string; amountMicros?: number } = {}) {
  const { digest } = await rowOf(t, id);
  return decideApproval(who, { id, digest: digest.toString("hex"), decision: "approved", reason: "", ...more });
}

const only = (kind: ApprovalRule["match"]["kinds"]) => ({ kinds: kind });

describe("a request for money under an approval policy", () => {
  it("needs both of its deciders, none of them who asked, and is applied once", async () => {
    const t = await budgeted();
    const [one, two, asking] = [await t.as("supervisor"), await t.as("supervisor"), await t.as("supervisor")];
    await publishRules(t, [askRule([[{ count: 2, people: [supervisor] }]], { expiresAfterMinutes: 30, ownerMayDecide: true }, only(["budget"]))]);
    const { approvalId: id, expiresAt } = await t.ask(asking);
    expect(new Date(expiresAt).getTime() - (await rowOf(t, id)).createdAt.getTime()).toBe(30 * 60_000);
    await expect(decide(t, asking, id)).rejects.toMatchObject({ code: "forbidden" });
    await expect(decide(t, t.billing, id)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("asks others") });
    expect(await decide(t, one, id)).toMatchObject({ status: "pending" });
    expect(await t.raised()).toBe(0);
    const third = await t.as("supervisor");
    const last = await Promise.allSettled([decide(t, two, id), decide(t, third, id)]);
    expect(last.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await expect(decide(t, third, id)).rejects.toMatchObject({ code: "conflict" });
    expect(await t.raised()).toBe(400_000);
    expect(await eventBodies(t.organizationId, "budgets.raised")).toHaveLength(1);
    expect(await eventBodies(t.organizationId, "approvals.requested")).toMatchObject([{ details: { approvalPolicies: [{ ruleId: "a", version: 1 }] } }]);
  });

  it("counts neither the second account of who asked, nor a person twice", async () => {
    const t = await budgeted();
    const [asking, second, one, alias] = [await t.as("supervisor"), await t.as("supervisor"), await t.as("supervisor"), await t.as("supervisor")];
    await publishRules(t, [askRule([[{ count: 2, people: [supervisor] }]], {}, only(["budget"]))]);
    const mailbox = (who: PersonCtx, email: string) => inside(t, (tx) => tx.update(person).set({ email }).where(eq(person.id, who.actor.id)));
    await mailbox(asking, `asks.${t.agentId}@corp.test`);
    await mailbox(second, `asks.${t.agentId}+2@corp.test`);
    await mailbox(one, `ann.${t.agentId}@corp.test`);
    await mailbox(alias, `ann.${t.agentId}+2@corp.test`);
    const { approvalId: id } = await t.ask(asking);
    await expect(decide(t, second, id)).rejects.toMatchObject({ code: "forbidden", message: expect.stringContaining("another account of yours") });
    expect(await decide(t, one, id)).toMatchObject({ status: "pending" });
    await expect(decide(t, alias, id)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("decided on this request already") });
    expect(await t.raised()).toBe(0);
  });

  it("is not raised where what is stored is not what its digest says", async () => {
    const t = await budgeted();
    const { approvalId: id } = await t.ask(t.agent);
    const { budgetRequest } = await rowOf(t, id);
    if (!budgetRequest) throw new Error("the request asks for no money");
    await inside(t, (tx) => tx.update(approval).set({ budgetRequest: { ...budgetRequest, amountMicros: 900_000 }, amountMicros: 900_000 }).where(eq(approval.id, id)));
    await expect(decide(t, t.billing, id)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("not the one that was shown") });
    expect([await t.raised(), (await rowOf(t, id)).status]).toEqual([0, "pending"]);
  });

  it("is denied where a rule says so, which the audit keeps", async () => {
    const t = await budgeted();
    await publishRules(t, [{ id: "no", name: "No money", match: { ...matchesEverything, kinds: ["budget"], costAtLeastMicros: 300_000 }, answer: { kind: "deny", message: "Not this quarter." } }]);
    await expect(t.ask(t.agent)).rejects.toMatchObject({ code: "policy_denied", message: "Not this quarter.", extensions: { rule: "approval_policy.no" } });
    expect(await eventBodies(t.organizationId, "approvals.refused")).toMatchObject([{ outcome: "blocked", details: { kind: "budget", rule: "approval_policy.no", amountMicros: 400_000 } }]);
    expect((await t.ask(t.agent, 299_999)).status).toBe("pending");
  });

  it("goes without a person up to what the rule says, of all such raises of the window together", async () => {
    const t = await budgeted();
    await publishRules(t, [{ id: "small", name: "Small", match: { ...matchesEverything, kinds: ["budget"] }, answer: { kind: "allow", costAtMostMicros: 100_000 } }]);
    const first = await t.ask(t.agent, 60_000);
    expect([first.status, await t.raised()]).toEqual(["approved", 60_000]);
    expect(await getBudgetRequest(t.agent, { id: first.approvalId })).toMatchObject({ status: "approved", amountMicros: 60_000, grantedMicros: 60_000, decisionReason: expect.stringContaining("Small") });
    const both = await Promise.all([t.ask(t.agent, 40_000), t.ask(await t.as("supervisor"), 40_000)]);
    expect(both.map(({ status }) => status).sort()).toEqual(["approved", "pending"]);
    expect(await t.raised()).toBe(100_000);
    await expect(decide(t, t.billing, first.approvalId)).rejects.toMatchObject({ code: "conflict" });
    expect(await eventBodies(t.organizationId, "budgets.raised")).toHaveLength(2);
  });

  it("may be approved for less where one person's yes is enough, and says so to who asked", async () => {
    const t = await budgeted();
    const { approvalId: id } = await t.ask(t.agent);
    await expect(decide(t, t.billing, id, { amountMicros: 400_001 })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(decide(t, t.billing, id, { amountMicros: 1, decision: "rejected", reason: "no" })).rejects.toMatchObject({ code: "invalid_input" });
    expect(await decide(t, t.billing, id, { amountMicros: 150_000, reason: "Half will do" })).toMatchObject({ status: "approved" });
    expect(await t.raised()).toBe(150_000);
    expect(await getBudgetRequest(t.agent, { id })).toMatchObject({ amountMicros: 400_000, grantedMicros: 150_000, decisionReason: "Half will do" });
    const [told] = await inside(t, (tx) => tx.select().from(notice).where(and(eq(notice.personId, t.ownerId), eq(notice.dedupeKey, `approval-decided:${id}`))));
    expect(told?.body).toContain("less than was asked for");
    expect(await eventBodies(t.organizationId, "approvals.decided")).toMatchObject([{ details: { amountMicros: 150_000, budgetRequest: { amountMicros: 400_000 } } }]);

    const [one] = [await t.as("supervisor"), await t.as("supervisor")];
    await publishRules(t, [askRule([[{ count: 2, people: [supervisor] }]], {}, only(["budget"]))]);
    const { approvalId: together } = await t.ask(t.agent);
    await expect(decide(t, one, together, { amountMicros: 1 })).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("Several people must agree") });
  });

  it("tells whom it asks, around who is away, and the requester when nobody decides", async () => {
    const t = await budgeted();
    const [away, here] = [await t.as("supervisor"), await t.as("supervisor")];
    await publishRules(t, [askRule([[{ count: 1, people: [named(away), named(here)] }]], {}, only(["budget"]))]);
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    await setAway(away, { kind: "away", firstDay: null, lastDay: inDays(2), note: "" });
    const { approvalId: id } = await t.ask(t.agent);
    const told = await inside(t, (tx) => tx.select().from(notice).where(eq(notice.dedupeKey, `request:${id}`)));
    expect(told.map(({ personId }) => personId)).toEqual([here.actor.id]);
    await inside(t, (tx) => tx.update(approval).set({ expiresAt: new Date(Date.now() - 1_000) }).where(eq(approval.id, id)));
    await expireApprovals(systemCtx("approvals", t.organizationId));
    expect(await inside(t, (tx) => tx.select().from(notice).where(eq(notice.dedupeKey, `approval-decided:${id}`)))).toMatchObject([{ personId: t.ownerId }]);
  });
});

describe("a request for a lease under an approval policy", () => {
  const wanted = RequestLeaseInput.parse({ tools: ["mail.send"], costEachMicros: 10, costTotalMicros: 500_000, reason: "Statements go out" });

  it("goes through its stages, each of whose people are told, with the reason that it wants", async () => {
    const t = await tenant();
    const [first, boss] = [await t.as("supervisor"), await t.as("supervisor")];
    await publishRules(t, [askRule([[{ count: 1, people: [named(first)] }], [{ count: 1, people: [named(boss)] }]], { reasonPattern: "OPS-#" }, only(["access"]))]);
    const { id } = await requestLease(t.agent, wanted);
    await expect(decide(t, boss, id, { reason: "OPS-1" })).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("asks others") });
    await expect(decide(t, first, id, { reason: "fine" })).rejects.toMatchObject({ code: "invalid_input" });
    expect(await decide(t, first, id, { reason: "OPS-1" })).toMatchObject({ status: "pending" });
    const told = await inside(t, (tx) => tx.select().from(notice));
    expect(told.map(({ personId, dedupeKey }) => [personId, dedupeKey])).toEqual([[first.actor.id, `request:${id}`], [boss.actor.id, `stage:${id}:1`]]);
    expect(await inside(t, (tx) => tx.select().from(lease))).toEqual([]);
    expect(await decide(t, boss, id, { reason: "OPS-1" })).toMatchObject({ status: "approved" });
    expect(await inside(t, (tx) => tx.select().from(lease))).toMatchObject([{ approvalId: id, agentId: t.agentId }]);
  });

  it("is denied where a rule says so, and never goes without a person", async () => {
    const t = await tenant();
    await publishRules(t, [
      { id: "no", name: "No large ones", match: { ...matchesEverything, kinds: ["access"], costAtLeastMicros: 500_001 }, answer: { kind: "deny", message: "Too much." } },
      { id: "all", name: "All", match: matchesEverything, answer: { kind: "allow", costAtMostMicros: 9_000_000 } },
    ]);
    await expect(requestLease(t.agent, { ...wanted, costTotalMicros: 500_001 })).rejects.toMatchObject({ code: "policy_denied", extensions: { rule: "approval_policy.no" } });
    const { id } = await requestLease(t.agent, wanted);
    expect(await rowOf(t, id)).toMatchObject({ status: "pending", plan: null });
  });
});

describe("an agent that asks again and again", () => {
  it("has one request for the same raise, whoever is told once, and must wait where nobody agrees", async () => {
    const t = await budgeted();
    const all = await Promise.allSettled(Array.from({ length: 200 }, () => t.ask(t.agent)));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const one of all) if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "conflict", extensions: { approvalId: expect.any(String) } });
    expect(await inside(t, (tx) => tx.select().from(notice).where(eq(notice.personId, t.billing.actor.id)))).toHaveLength(1);
    const [first] = await inside(t, (tx) => tx.select().from(approval));
    await decide(t, t.billing, first?.id ?? "", { decision: "rejected", reason: "No" });
    for (let again = 1; again < 10; again++) {
      const { approvalId } = await t.ask(t.agent);
      await decide(t, t.billing, approvalId, { decision: "rejected", reason: "No" });
    }
    await expect(t.ask(t.agent)).rejects.toMatchObject({ code: "rate_limited", extensions: { rule: "approvals.asked_in_vain" }, retryAfterSeconds: expect.any(Number) });
    expect((await t.ask(await t.as("supervisor"))).status).toBe("pending");
  });

  it("has each lease that it asks for once, and look-alikes as one row of the queue", async () => {
    const t = await tenant();
    const supervises = await t.as("supervisor");
    const wanted = (maxUses: number) => RequestLeaseInput.parse({ tools: ["mail.send"], maxUses, costEachMicros: 1, costTotalMicros: 1, reason: "Statements" });
    const same = await Promise.allSettled(Array.from({ length: 8 }, () => requestLease(t.agent, wanted(1))));
    expect(same.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (let uses = 2; uses <= 20; uses++) await requestLease(t.agent, wanted(uses));
    await expect(requestLease(t.agent, wanted(21))).rejects.toMatchObject({ code: "approval_queue_full" });
    const { rows } = await listQueue(supervises, ListApprovalsInput.parse({}));
    expect(rows.map(({ kind, alike }) => [kind, alike])).toEqual([["access", 20]]);
  });

  it("waits with all its requests together as its policy says", async () => {
    const t = await budgeted({ maxWaitingApprovals: 1 });
    await requestLease(t.agent, RequestLeaseInput.parse({ tools: ["mail.send"], costEachMicros: 1, costTotalMicros: 1, reason: "Statements" }));
    await expect(t.ask(t.agent)).rejects.toMatchObject({ code: "approval_queue_full" });
  });
});
