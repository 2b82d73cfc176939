import { eq } from "drizzle-orm";
import fc from "fast-check";
import { expect, it } from "vitest";
import { agent } from "@/db/schema/agent";
import { person, roleGrant } from "@/db/schema/people";
import { standingApproval, standingUse } from "@/db/schema/standing";
import { inTenant, type Tx } from "@/db/tenant";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import type { StandingAsk } from "./match";
import { lockStandings, takeStanding } from "./take";

useTestDatabase();

type Changes = Partial<typeof standingApproval.$inferInsert>;

/** An agent with one standing approval of its supervisor: five uses, ten each, forty in all. */
async function standing(changes: Changes = {}) {
  const t = await tenant();
  const supervisor = await t.as("supervisor");
  const inside = <T>(work: (tx: Tx) => Promise<T>) => inTenant(database(), t.organizationId, work);
  const id = newId();
  await inside((tx) =>
    tx.insert(standingApproval).values({
      id, organizationId: t.organizationId, workspaceId: t.workspaceId, agentId: t.agentId, approvalId: newId(), grantedBy: supervisor.actor.id, reason: "Daily", tool: "mail.send",
      operation: "execute", resource: "*", arguments: {}, riskAtMost: "HIGH", policyVersion: 1, validFrom: new Date(Date.now() - 60_000), validUntil: new Date(Date.now() + 3_600_000),
      usesMost: 5, costEachMicros: 10, costTotalMicros: 40, ...changes,
    }),
  );
  const ask = (more: Partial<StandingAsk> = {}): StandingAsk => ({
    submissionId: newId(), agentId: t.agentId, keyMakerId: null, tool: "mail.send", operation: "execute", resource: "", arguments: {}, costMicros: 10, risk: "HIGH", policyVersion: 1, policies: null, plan: null, ...more,
  });
  const row = async () => (await inside((tx) => tx.select().from(standingApproval).where(eq(standingApproval.id, id))))[0];
  const uses = () => inside((tx) => tx.select().from(standingUse).where(eq(standingUse.standingId, id)));
  return { ...t, supervisor, inside, ask, row, uses };
}

it("lets actions go on in the order in which they come, until its uses or its cost are over, and keeps each", async () => {
  const s = await standing();
  const asks = [s.ask({ costMicros: 0 }), ...Array.from({ length: 5 }, () => s.ask())];
  const taken = await s.inside((tx) => takeStanding(tx, asks));
  expect(asks.map(({ submissionId }) => taken.has(submissionId))).toEqual([true, true, true, true, true, false]);
  expect(await s.row()).toMatchObject({ usesTaken: 5, costTakenMicros: 40 });
  expect((await s.uses()).map(({ actionId }) => actionId).sort()).toEqual([...taken.keys()].sort());
});

it("has room for what is given back, and writes nothing of it", async () => {
  const s = await standing({ usesMost: 1 });
  const [first, second] = [s.ask(), s.ask()];
  await s.inside(async (tx) => {
    const book = await lockStandings(tx, [s.agentId]);
    expect([book.take(first)?.approvalId.length, book.take(second)]).toEqual([36, null]);
    book.giveBack(first.submissionId);
    expect(book.take(second)).not.toBeNull();
    book.giveBack(second.submissionId);
    expect(book.statements()).toEqual([]);
  });
});

it("is never used more often than it may, however many take at once in whatever sizes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 6 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 60 }), async (sizes, usesMost, total) => {
      const s = await standing({ usesMost, costTotalMicros: total });
      const taken = await Promise.all(sizes.map((size) => s.inside((tx) => takeStanding(tx, Array.from({ length: size }, () => s.ask())))));
      const went = taken.reduce((sum, one) => sum + one.size, 0);
      const asked = sizes.reduce((sum, size) => sum + size, 0);
      expect(went).toBe(Math.min(asked, usesMost, Math.floor(total / 10)));
      expect(await s.row()).toMatchObject({ usesTaken: went, costTakenMicros: went * 10 });
      expect(await s.uses()).toHaveLength(went);
    }),
    { numRuns: 6 },
  );
});

it.each<[string, Changes]>([
  ["revoked", { revokedAt: new Date(), revokedBy: newId() }],
  ["not in force yet", { validFrom: new Date(Date.now() + 60_000) }],
  ["over", { validFrom: new Date(Date.now() - 120_000), validUntil: new Date(Date.now() - 60_000) }],
  ["of another workspace", { workspaceId: newId() }],
  ["under another policy", { policyVersion: 7 }],
])("lets nothing go on once it is %s", async (_what, changes) => {
  const s = await standing(changes);
  expect((await s.inside((tx) => takeStanding(tx, [s.ask()]))).size).toBe(0);
});

it("lets nothing go on once who granted it left, may not decide any more, or owns the agent", async () => {
  const [left, lost, owns] = [await standing(), await standing(), await standing()];
  await left.inside((tx) => tx.update(person).set({ status: "suspended" }).where(eq(person.id, left.supervisor.actor.id)));
  await lost.inside((tx) => tx.update(roleGrant).set({ role: "viewer" }).where(eq(roleGrant.personId, lost.supervisor.actor.id)));
  await owns.inside((tx) => tx.update(agent).set({ ownerId: owns.supervisor.actor.id }).where(eq(agent.id, owns.agentId)));
  for (const s of [left, lost, owns]) expect((await s.inside((tx) => takeStanding(tx, [s.ask()]))).size).toBe(0);
});

it("is nothing to another tenant", async () => {
  const [s, other] = [await standing(), await standing()];
  expect((await other.inside((tx) => takeStanding(tx, [s.ask()]))).size).toBe(0);
});
