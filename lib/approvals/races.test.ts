import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { approval } from "@/db/schema/action";
import type { PlanPeople, PlanStage } from "@/db/schema/approval-plan";
import { approvalDecision } from "@/db/schema/approval-decision";
import { governanceHead } from "@/db/schema/governance";
import { person, roleGrant } from "@/db/schema/people";
import { delegation } from "@/db/schema/presence";
import { inTenant, type Tx } from "@/db/tenant";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { askRule, peopleOf, publishRules } from "@/lib/approval-policies/testing";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { database } from "@/lib/database";
import { endDelegation } from "@/lib/delegation/end";
import { newId } from "@/lib/id";
import { revokeRole } from "@/lib/people/revoke-role";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { untilWaiting } from "@/lib/testing/lock-waits";
import { tenant } from "@/lib/testing/tenant";
import { decideApproval } from "./decide";

useTestDatabase();

type Tenant = Awaited<ReturnType<typeof tenant>>;
const inside = <T>(t: Tenant, work: (tx: Tx) => Promise<T>) => inTenant(database(), t.organizationId, work);
const { named } = peopleOf;
const onePlan = (who: PersonCtx): PlanPeople => ({ kind: "person", personId: who.actor.id });
const stage = (changes: Partial<PlanStage> & Pick<PlanStage, "anyOf">): PlanStage => ({ name: "Stage", source: null, rejections: 1, reasonPattern: null, delegation: false, breakGlass: [], escalations: [], ...changes });

/** A request that waits: under the policies in force, or under these stages. */
async function waiting(t: Tenant, stages?: PlanStage[]) {
  const { action } = await submitAction(t.agent, SubmitActionInput.parse({ tool: "mail.send", arguments: { to: "a@example.test" }, estimatedCostMicros: 1_000 }), newId());
  const id = action.approvalId ?? "";
  if (stages) await inside(t, (tx) => tx.update(approval).set({ plan: { format: 1, stages, expiresAfterSeconds: null, ownerMayDecide: false } }).where(eq(approval.id, id)));
  const decide = (who: PersonCtx, more: { breakGlass?: boolean; reason?: string } = {}) => decideApproval(who, { id, digest: action.digest, decision: "approved", reason: "", ...more });
  /** Does `meanwhile` while the request's row is held, so that whoever decides has read it and waits. */
  const held = (meanwhile: () => Promise<unknown>) =>
    inside(t, async (tx) => {
      await tx.select({ id: approval.id }).from(approval).where(eq(approval.id, id)).for("update");
      await meanwhile();
    });
  const counted = () => inside(t, (tx) => tx.$count(approvalDecision, eq(approvalDecision.approvalId, id)));
  return { id, decide, held, counted };
}

/** Two accounts of one human being. */
async function sameMailbox(t: Tenant, who: PersonCtx, alias: PersonCtx): Promise<void> {
  const box = `same.${who.actor.id}`;
  await inside(t, async (tx) => {
    await tx.update(person).set({ email: `${box}@corp.test` }).where(eq(person.id, who.actor.id));
    await tx.update(person).set({ email: `${box}+2@corp.test` }).where(eq(person.id, alias.actor.id));
  });
}

const give = async (t: Tenant, from: PersonCtx, to: PersonCtx) => {
  const id = newId();
  const [startsAt, endsAt] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 3_600_000)];
  await inside(t, (tx) => tx.insert(delegation).values({ id, organizationId: t.organizationId, fromPersonId: from.actor.id, toPersonId: to.actor.id, startsAt, endsAt, reason: "On leave", createdBy: from.actor.id }));
  return id;
};

describe("a decision and a new approval policy at the same moment", () => {
  it("counts under the policy that the request was asked under, whichever comes first", async () => {
    const t = await tenant();
    const [one, boss] = [await t.as("supervisor"), await t.as("supervisor")];
    const rules = (who: PersonCtx) => [askRule([[{ count: 1, people: [named(who)] }]])];
    await publishRules(t, rules(one));
    const first = await waiting(t);
    let decided: Promise<unknown> = Promise.resolve();
    await first.held(async () => {
      decided = first.decide(one);
      await untilWaiting(1);
      await publishRules(t, rules(boss));
    });
    expect(await decided).toMatchObject({ status: "approved" });

    const second = await waiting(t);
    let published: Promise<unknown> = Promise.resolve();
    await inside(t, async (tx) => {
      await tx.select().from(governanceHead).for("update");
      published = publishRules(t, rules(one));
      await untilWaiting(1);
      await expect(second.decide(one)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("asks others") });
      expect(await second.decide(boss)).toMatchObject({ status: "approved" });
    });
    expect(await published).toEqual({ version: 3 });
    expect(await eventBodies(t.organizationId, "approvals.decided")).toMatchObject([{ details: { approvalPolicy: { version: 1 } } }, { details: { approvalPolicy: { version: 2 } } }]);
  });
});

describe("what changes between opening a request and deciding it", () => {
  it("is counted once when the same person decides in two tabs", async () => {
    const t = await tenant();
    const [one, two] = [await t.as("supervisor"), await t.as("supervisor")];
    const { held, decide, counted } = await waiting(t, [stage({ anyOf: [{ count: 2, people: [onePlan(one), onePlan(two)] }] })]);
    let tabs: Promise<PromiseSettledResult<unknown>[]> = Promise.resolve([]);
    await held(async () => {
      tabs = Promise.allSettled([decide(one), decide(one)]);
      await untilWaiting(2);
    });
    const [refused] = (await tabs).filter(({ status }) => status === "rejected");
    expect(refused).toMatchObject({ reason: { code: "conflict", message: "You have decided on this request already." } });
    expect(await counted()).toBe(1);
    expect(await decide(two)).toMatchObject({ status: "approved" });
  });

  it("does not count for who took their part back meanwhile", async () => {
    const t = await tenant();
    const [boss, deputy] = [await t.as("supervisor"), await t.as("supervisor")];
    const given = await give(t, boss, deputy);
    const { held, decide, counted } = await waiting(t, [stage({ anyOf: [{ count: 1, people: [onePlan(boss)] }], delegation: true })]);
    let decided: Promise<PromiseSettledResult<unknown>[]> = Promise.resolve([]);
    await held(async () => {
      decided = Promise.allSettled([decide(deputy)]);
      await untilWaiting(1);
      await endDelegation(boss, { id: given });
    });
    expect(await decided).toMatchObject([{ status: "rejected", reason: { code: "conflict", message: expect.stringContaining("asks others") } }]);
    expect(await counted()).toBe(0);
  });

  it("is refused to who lost the role, and a role goes only after the decision that it let through", async () => {
    const t = await tenant();
    const [admin, one, two] = [await t.as("super_admin"), await t.as("supervisor"), await t.as("supervisor")];
    const grants = await inside(t, (tx) => tx.select().from(roleGrant));
    const grantOf = (who: PersonCtx) => grants.find(({ personId }) => personId === who.actor.id)?.id ?? "";
    const { held, decide, counted } = await waiting(t);
    await revokeRole(admin, { grantId: grantOf(one) });
    await expect(decide(one)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("access changed") });
    let both: Promise<unknown[]> = Promise.resolve([]);
    await held(async () => {
      const decided = decide(two);
      await untilWaiting(1);
      both = Promise.all([decided, revokeRole(admin, { grantId: grantOf(two) })]);
      await untilWaiting(2);
    });
    expect(await both).toMatchObject([{ status: "approved" }, { personId: two.actor.id }]);
    expect(await counted()).toBe(1);
  });
});

describe("a second account of the same person", () => {
  it("decides neither by a part that was given to it nor by breaking the glass, for an agent that the first one owns", async () => {
    const t = await tenant();
    const [boss, alias] = [await t.as("supervisor"), await t.as("supervisor")];
    await sameMailbox(t, await t.owner(), alias);
    await give(t, boss, alias);
    const { decide, counted } = await waiting(t, [stage({ anyOf: [{ count: 1, people: [onePlan(boss)] }], delegation: true, breakGlass: [alias.actor.id] })]);
    for (const more of [{}, { breakGlass: true, reason: "Now" }]) await expect(decide(alias, more)).rejects.toMatchObject({ code: "forbidden", message: expect.stringContaining("another account of yours") });
    expect(await counted()).toBe(0);
  });

  it("does not count beside the first one, neither for somebody else nor by breaking the glass", async () => {
    const t = await tenant();
    const [one, boss, alias] = [await t.as("supervisor"), await t.as("supervisor"), await t.as("supervisor")];
    await sameMailbox(t, one, alias);
    await give(t, boss, alias);
    const next = stage({ anyOf: [{ count: 1, people: [onePlan(boss)] }], delegation: true, breakGlass: [alias.actor.id] });
    const { decide, counted } = await waiting(t, [stage({ anyOf: [{ count: 1, people: [onePlan(one)] }] }), next]);
    expect(await decide(one)).toMatchObject({ status: "pending" });
    for (const more of [{}, { breakGlass: true, reason: "Now" }]) await expect(decide(alias, more)).rejects.toMatchObject({ code: "conflict", message: "You have decided on this request already." });
    expect(await counted()).toBe(1);
    expect(await decide(boss)).toMatchObject({ status: "approved" });
  });
});
