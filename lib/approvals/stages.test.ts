import { and, eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { approval } from "@/db/schema/action";
import type { PlanPeople, PlanStage } from "@/db/schema/approval-plan";
import { agent, apiKey } from "@/db/schema/agent";
import { notice } from "@/db/schema/message";
import { person, roleGrant } from "@/db/schema/people";
import { delegation } from "@/db/schema/presence";
import { inTenant, type Tx } from "@/db/tenant";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { decideApproval } from "./decide";
import { escalateApprovals } from "./escalate";
import { listApprovals, ListApprovalsInput } from "./list";
import { loadApproval } from "./load";

useTestDatabase();

type Tenant = Awaited<ReturnType<typeof tenant>>;
const inside = <T>(t: Tenant, work: (tx: Tx) => Promise<T>) => inTenant(database(), t.organizationId, work);
const supervisors: PlanPeople = { kind: "role", role: "supervisor", heldBy: ["supervisor", "organization_admin", "super_admin"] };
const named = (who: PersonCtx): PlanPeople => ({ kind: "person", personId: who.actor.id });
const stage = (changes: Partial<PlanStage> & Pick<PlanStage, "anyOf">): PlanStage => ({ name: "Stage", source: null, rejections: 1, reasonPattern: null, delegation: false, breakGlass: [], escalations: [], ...changes });
const ask = (count: number, ...people: PlanPeople[]) => ({ count, people });

/** A request that waits under these stages. */
async function waiting(t: Tenant, stages: PlanStage[], { ownerMayDecide = false, risk }: { ownerMayDecide?: boolean; risk?: "CRITICAL" } = {}) {
  const { action: made } = await submitAction(t.agent, SubmitActionInput.parse({ tool: "mail.send", arguments: { to: "a@example.test" }, estimatedCostMicros: 1_000 }), newId());
  const id = made.approvalId ?? "";
  const first = stages.flatMap((one) => one.escalations.map(({ afterSeconds }) => afterSeconds)).sort((a, b) => a - b)[0];
  const plan = { format: 1 as const, stages, expiresAfterSeconds: null, ownerMayDecide };
  const escalatesAt = first === undefined ? null : new Date(Date.now() + first * 1000);
  await inside(t, (tx) => tx.update(approval).set({ plan, escalatesAt, ...(risk ? { risk } : {}) }).where(eq(approval.id, id)));
  const decide = (who: PersonCtx, decision: "approved" | "rejected" = "approved", more: { reason?: string; breakGlass?: boolean; stage?: number } = {}) =>
    decideApproval(who, { id, digest: made.digest, decision, reason: decision === "rejected" ? "No" : "", ...more });
  const mine = async (who: PersonCtx) => (await listApprovals(who, ListApprovalsInput.parse({ mine: true }))).rows.some((row) => row.id === id);
  /** What the page says, the list says, and whether the verb lets them: all three must agree. */
  const may = async (who: PersonCtx) => {
    const [detail, listed] = [await loadApproval(who, { id }), await mine(who)];
    expect(listed).toBe(detail.cannotDecide === null);
    expect(detail.who.deciders.some((one) => one.id === who.actor.id && !one.breaksGlass)).toBe(listed);
    return listed;
  };
  return { id, made, decide, may };
}

describe("a request with stages", () => {
  it("is allowed when the last of them has its people, in order, each decision an event", async () => {
    const t = await tenant();
    const [first, second, boss] = [await t.as("supervisor"), await t.as("supervisor"), await t.as("organization_admin")];
    const { id, made, decide, may } = await waiting(t, [stage({ name: "Team", anyOf: [ask(2, supervisors)] }), stage({ name: "Boss", anyOf: [ask(1, named(boss))] })]);
    expect(await decide(first)).toMatchObject({ status: "pending" });
    expect(await may(first)).toBe(false);
    expect((await loadApproval(boss, { id })).who).toMatchObject({ current: 0, stages: [{ name: "Team", needs: [{ count: 2, have: 1 }] }, { name: "Boss" }] });
    expect(await decide(second)).toMatchObject({ status: "pending" });
    expect(await may(second)).toBe(false);
    expect(await decide(boss)).toMatchObject({ status: "approved", actionId: made.id });
    const bodies = await eventBodies(t.organizationId, "approvals.decided");
    expect(bodies.map(({ details }) => (details as { stage: number; leadsTo: string }))).toMatchObject([
      { stage: 0, stages: 2, leadsTo: "pending" }, { stage: 0, leadsTo: "pending" }, { stage: 1, leadsTo: "approved" },
    ]);
  });

  it("takes any alternative that has its people", async () => {
    const t = await tenant();
    const [one, boss] = [await t.as("supervisor"), await t.as("supervisor")];
    const { decide } = await waiting(t, [stage({ anyOf: [ask(2, supervisors), ask(1, named(boss))] })]);
    expect(await decide(one)).toMatchObject({ status: "pending" });
    expect(await decide(boss)).toMatchObject({ status: "approved" });
  });

  it("ends with as many rejections as its stage needs", async () => {
    const t = await tenant();
    const people = [await t.as("supervisor"), await t.as("supervisor"), await t.as("supervisor")] as const;
    const { decide } = await waiting(t, [stage({ anyOf: [ask(2, supervisors)], rejections: 2 })]);
    expect(await decide(people[0], "rejected")).toMatchObject({ status: "pending" });
    expect(await decide(people[1])).toMatchObject({ status: "pending" });
    expect(await decide(people[2], "rejected")).toMatchObject({ status: "rejected" });
  });

  it("counts a person once, whatever stage it is and whatever account they come with", async () => {
    const t = await tenant();
    const [twice, alias] = [await t.as("supervisor"), await t.as("supervisor")];
    await inside(t, async (tx) => {
      await tx.update(person).set({ email: `ann+${t.agentId}@corp.test` }).where(eq(person.id, twice.actor.id));
      await tx.update(person).set({ email: "ann@corp.test" }).where(eq(person.id, alias.actor.id));
    });
    const { decide, may } = await waiting(t, [stage({ anyOf: [ask(1, supervisors)] }), stage({ anyOf: [ask(1, supervisors)] })]);
    await decide(twice);
    await expect(decide(twice)).rejects.toMatchObject({ code: "conflict", message: "You have decided on this request already." });
    await expect(decide(alias)).rejects.toMatchObject({ code: "conflict" });
    expect([await may(twice), await may(alias)]).toEqual([false, false]);
  });

  it("takes no decision for a stage that ended meanwhile", async () => {
    const t = await tenant();
    const [one, two] = [await t.as("supervisor"), await t.as("supervisor")];
    const { decide } = await waiting(t, [stage({ anyOf: [ask(1, supervisors)] }), stage({ anyOf: [ask(1, supervisors)] })]);
    const both = await Promise.allSettled([decide(one, "approved", { stage: 0 }), decide(two, "approved", { stage: 0 })]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(both.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "conflict" } });
  });

  it("ends once when its two last deciders come at the same moment", async () => {
    const t = await tenant();
    const people = [await t.as("supervisor"), await t.as("supervisor"), await t.as("supervisor")] as const;
    const { decide } = await waiting(t, [stage({ anyOf: [ask(2, supervisors)] })]);
    await decide(people[0]);
    const both = await Promise.allSettled([decide(people[1]), decide(people[2])]);
    expect(both.map((one) => (one.status === "fulfilled" ? one.value.status : (one.reason as { code: string }).code)).sort()).toEqual(["approved", "conflict"]);
  });

  it("does not count the yes of who lost the role before the stage ended", async () => {
    const t = await tenant();
    const [left, one, two] = [await t.as("supervisor"), await t.as("supervisor"), await t.as("supervisor")];
    const { decide } = await waiting(t, [stage({ anyOf: [ask(2, supervisors)] })]);
    await decide(left);
    await inside(t, (tx) => tx.update(roleGrant).set({ revokedAt: new Date() }).where(eq(roleGrant.personId, left.actor.id)));
    expect(await decide(one)).toMatchObject({ status: "pending" });
    expect(await decide(two)).toMatchObject({ status: "approved" });
  });

  it("gives nobody a right that they do not hold, by naming them", async () => {
    const t = await tenant();
    const [manager, elsewhere] = [await t.as("agent_manager"), await t.as("supervisor", t.workspaceId)];
    const { decide } = await waiting(t, [stage({ anyOf: [ask(1, named(manager), supervisors)] })]);
    await expect(decide(manager)).rejects.toMatchObject({ code: "forbidden" });
    const stranger = await (await tenant()).as("supervisor");
    await expect(decide(stranger)).rejects.toMatchObject({ code: "not_found" });
    expect(await decide(elsewhere)).toMatchObject({ status: "approved" });
  });

  it("asks billing admins where it says so, and nowhere else", async () => {
    const t = await tenant();
    const [money, other] = [await t.as("billing_admin"), await t.as("supervisor")];
    const { decide, may } = await waiting(t, [stage({ anyOf: [ask(1, { kind: "role", role: "billing_admin", heldBy: ["super_admin", "organization_admin", "billing_admin"] })] }), stage({ anyOf: [ask(1, supervisors)] })]);
    expect([await may(money), await may(other)]).toEqual([true, false]);
    await expect(decide(other)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("asks others") });
    expect(await decide(money)).toMatchObject({ status: "pending" });
    await expect(decide(money)).rejects.toMatchObject({ code: "forbidden" });
  });

  it("wants the reason that its policy names", async () => {
    const t = await tenant();
    const one = await t.as("supervisor");
    const { decide } = await waiting(t, [stage({ anyOf: [ask(1, supervisors)], reasonPattern: "OPS-#" })]);
    await expect(decide(one, "approved", { reason: "fine" })).rejects.toMatchObject({ code: "invalid_input", fields: { reason: expect.stringContaining("OPS-#") } });
    expect(await decide(one, "approved", { reason: "See OPS-12." })).toMatchObject({ status: "approved" });
  });
});

describe("one's own request", () => {
  it("is not decided through a second account with the same mailbox", async () => {
    const t = await tenant();
    const alias = await t.as("supervisor");
    const owner = await t.owner();
    const box = `olga.${t.agentId}`;
    await inside(t, async (tx) => {
      await tx.update(person).set({ email: `${box}@corp.test` }).where(eq(person.id, owner.actor.id));
      await tx.update(person).set({ email: `${box}+second@corp.test` }).where(eq(person.id, alias.actor.id));
    });
    const { decide, may } = await waiting(t, [stage({ anyOf: [ask(1, supervisors)] })]);
    expect(await may(alias)).toBe(false);
    await expect(decide(alias)).rejects.toMatchObject({ code: "forbidden", message: expect.stringContaining("another account of yours") });
  });

  it("is not decided by who made the key, nor by their second account", async () => {
    const t = await tenant();
    const [maker, alias] = [await t.as("supervisor"), await t.as("supervisor")];
    await inside(t, async (tx) => {
      await tx.update(person).set({ email: `key.${t.agentId}@corp.test` }).where(eq(person.id, maker.actor.id));
      await tx.update(person).set({ email: `key.${t.agentId}+2@corp.test` }).where(eq(person.id, alias.actor.id));
      await tx.update(apiKey).set({ createdBy: maker.actor.id }).where(eq(apiKey.id, t.apiKeyId));
    });
    const { decide, may } = await waiting(t, [stage({ anyOf: [ask(1, supervisors)] })], { ownerMayDecide: true });
    for (const who of [maker, alias]) {
      expect(await may(who)).toBe(false);
      await expect(decide(who)).rejects.toMatchObject({ code: "forbidden" });
    }
  });

  it("is decided by the agent's owner where the policy says so, and never when it is critical", async () => {
    const t = await tenant();
    const owner = await t.owner();
    const open = await waiting(t, [stage({ anyOf: [ask(1, supervisors)] })], { ownerMayDecide: true });
    expect(await open.may(owner)).toBe(true);
    expect(await open.decide(owner)).toMatchObject({ status: "approved" });
    const critical = await waiting(t, [stage({ anyOf: [ask(1, supervisors)] })], { ownerMayDecide: true, risk: "CRITICAL" });
    expect(await critical.may(owner)).toBe(false);
    await expect(critical.decide(owner)).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("a part in approvals that somebody gave away", () => {
  const give = (t: Tenant, from: string, to: string, ms = 3_600_000) =>
    inside(t, (tx) => tx.insert(delegation).values({ id: newId(), organizationId: t.organizationId, fromPersonId: from, toPersonId: to, startsAt: new Date(Date.now() - 7_200_000), endsAt: new Date(Date.now() + ms), reason: "On leave", createdBy: from }));

  it("counts for who gave it, once, where the policy lets it and while it lasts", async () => {
    const t = await tenant();
    const [boss, deputy, late] = [await t.as("supervisor"), await t.as("supervisor"), await t.as("supervisor")];
    await give(t, boss.actor.id, deputy.actor.id);
    await give(t, boss.actor.id, late.actor.id, -3_600_000);
    const strict = await waiting(t, [stage({ anyOf: [ask(1, named(boss))] })]);
    expect(await strict.may(deputy)).toBe(false);
    const open = await waiting(t, [stage({ anyOf: [ask(1, named(boss))], delegation: true }), stage({ anyOf: [ask(1, supervisors)] })]);
    expect([await open.may(deputy), await open.may(late)]).toEqual([true, false]);
    await open.decide(deputy);
    for (const who of [boss, deputy]) await expect(open.decide(who)).rejects.toMatchObject({ code: "conflict" });
    expect(await eventBodies(t.organizationId, "approvals.decided")).toMatchObject([{ details: { onBehalfOf: boss.actor.id } }]);
    expect(await open.decide(late)).toMatchObject({ status: "approved" });
  });

  it("is worth nothing when it is the agent's owner's, when it was given to who decides nothing, or given on", async () => {
    const t = await tenant();
    const owner = await t.owner();
    const [boss, deputy, third, viewer] = [await t.as("supervisor"), await t.as("supervisor"), await t.as("supervisor"), await t.as("viewer")];
    await give(t, owner.actor.id, deputy.actor.id);
    await give(t, boss.actor.id, third.actor.id);
    await give(t, third.actor.id, deputy.actor.id);
    await give(t, boss.actor.id, viewer.actor.id);
    const { may, decide } = await waiting(t, [stage({ anyOf: [ask(1, named(owner), named(boss))], delegation: true })]);
    expect(await may(deputy)).toBe(false);
    await expect(decide(deputy)).rejects.toMatchObject({ code: "conflict" });
    await expect(decide(viewer)).rejects.toMatchObject({ code: "forbidden" });
    await inside(t, (tx) => tx.update(agent).set({ ownerId: boss.actor.id }).where(eq(agent.id, t.agentId)));
    expect(await may(third)).toBe(false);
  });
});

describe("breaking the glass", () => {
  it("ends every stage that names the person, loudly, with a reason", async () => {
    const t = await tenant();
    const [named1, other, admin] = [await t.as("supervisor"), await t.as("supervisor"), await t.as("organization_admin")];
    const breakGlass = [named1.actor.id];
    const { id, decide } = await waiting(t, [stage({ anyOf: [ask(2, supervisors)], breakGlass }), stage({ anyOf: [ask(1, named(admin))], breakGlass })]);
    await expect(decide(other, "approved", { breakGlass: true, reason: "Now" })).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("names others") });
    await expect(decide(named1, "approved", { breakGlass: true })).rejects.toThrow("say why");
    expect((await loadApproval(named1, { id })).mayBreakGlass).toBe(true);
    expect(await decide(named1, "approved", { breakGlass: true, reason: "Production is down" })).toMatchObject({ status: "approved" });
    const [event] = await eventBodies(t.organizationId, "approvals.glass_broken");
    expect(event).toMatchObject({ severity: "critical", actor: { id: named1.actor.id }, details: { reason: "Production is down" } });
    const told = await inside(t, (tx) => tx.select().from(notice).where(and(eq(notice.personId, admin.actor.id), eq(notice.href, `/approvals/${id}`))));
    expect(told).toHaveLength(1);
  });

  it("does not end a stage that names somebody else, nor one's own request", async () => {
    const t = await tenant();
    const owner = await t.owner();
    const [named1, other] = [await t.as("supervisor"), await t.as("supervisor")];
    const { decide } = await waiting(t, [stage({ anyOf: [ask(2, supervisors)], breakGlass: [named1.actor.id, owner.actor.id] }), stage({ anyOf: [ask(1, supervisors)] })]);
    await expect(decide(owner, "approved", { breakGlass: true, reason: "Now" })).rejects.toMatchObject({ code: "forbidden" });
    expect(await decide(named1, "approved", { breakGlass: true, reason: "Now" })).toMatchObject({ status: "pending" });
    expect(await decide(other)).toMatchObject({ status: "approved" });
  });
});

describe("a request that nobody decides for long", () => {
  it("asks further people, tells them once, and counts them then", async () => {
    const t = await tenant();
    const [boss, further] = [await t.as("supervisor"), await t.as("supervisor")];
    const { id, decide, may } = await waiting(t, [stage({ anyOf: [ask(1, named(boss))], escalations: [{ afterSeconds: 600, people: [named(further)] }] })]);
    const clock = systemCtx("approvals", t.organizationId);
    expect(await escalateApprovals(clock)).toBe(0);
    expect(await may(further)).toBe(false);
    await inside(t, (tx) => tx.update(approval).set({ createdAt: new Date(Date.now() - 601_000), escalatesAt: new Date(Date.now() - 1_000) }).where(eq(approval.id, id)));
    expect((await Promise.all([escalateApprovals(clock), escalateApprovals(clock)])).sort()).toEqual([0, 1]);
    expect(await escalateApprovals(clock)).toBe(0);
    expect(await eventBodies(t.organizationId, "approvals.escalated")).toMatchObject([{ details: { afterSeconds: 600, told: [further.actor.id] } }]);
    expect(await may(further)).toBe(true);
    expect(await decide(further)).toMatchObject({ status: "approved" });
    await expect(escalateApprovals(boss)).rejects.toMatchObject({ code: "forbidden" });
  });
});
