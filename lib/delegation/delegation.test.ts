import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { approval } from "@/db/schema/action";
import { notice } from "@/db/schema/message";
import { person } from "@/db/schema/people";
import { absence, delegation } from "@/db/schema/presence";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { decideApproval } from "@/lib/approvals/decide";
import { loadApproval } from "@/lib/approvals/load";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import { givePassword, provePassword } from "@/lib/mfa/testing";
import { endAway } from "@/lib/presence/end-away";
import { loadPresence } from "@/lib/presence/load";
import { setAway } from "@/lib/presence/set-away";
import { inside } from "@/lib/runs/testing";
import { useTestDatabase } from "@/lib/testing/database";
import { eventBodies } from "@/lib/testing/events";
import { tenant } from "@/lib/testing/tenant";
import { endDelegation } from "./end";
import { giveDelegation } from "./give";

useTestDatabase();

type Tenant = Awaited<ReturnType<typeof tenant>>;
const began = Date.now();
/** Days from when the tests began, so that midnight changes none of them. */
const inDays = (days: number) => new Date(began + days * 86_400_000).toISOString().slice(0, 10);
const give = (from: PersonCtx, to: PersonCtx, more: { workspaceId?: string | null; firstDay?: string | null; lastDay?: string } = {}) =>
  giveDelegation(from, { toPersonId: to.actor.id, workspaceId: null, firstDay: null, lastDay: inDays(3), reason: "On leave", ...more });
const away = (who: PersonCtx, more: { firstDay?: string | null; lastDay?: string } = {}) => setAway(who, { kind: "away", firstDay: null, lastDay: inDays(3), note: "Dentist", ...more });

/** A request that waits for one named person, whose part counts through a deputy. */
async function waitingFor(t: Tenant, boss: PersonCtx) {
  const { action } = await submitAction(t.agent, SubmitActionInput.parse({ tool: "mail.send", arguments: { to: "a@example.test" }, estimatedCostMicros: 1_000 }), newId());
  const id = action.approvalId ?? "";
  const stage = { name: "Boss", source: null, rejections: 1, reasonPattern: null, delegation: true, breakGlass: [], escalations: [], anyOf: [{ count: 1, people: [{ kind: "person" as const, personId: boss.actor.id }] }] };
  await inside(t, (tx) => tx.update(approval).set({ plan: { format: 1, stages: [stage], expiresAfterSeconds: null, ownerMayDecide: false } }).where(eq(approval.id, id)));
  return { id, decide: (who: PersonCtx) => decideApproval(who, { id, digest: action.digest, decision: "approved", reason: "" }) };
}

describe("a part in approvals that is given", () => {
  it("lets the deputy decide, tells them, and leaves events", async () => {
    const t = await tenant();
    const [boss, deputy] = [await t.as("supervisor"), await t.as("supervisor")];
    const request = await waitingFor(t, boss);
    await expect(request.decide(deputy)).rejects.toMatchObject({ code: "conflict" });
    const { id } = await give(boss, deputy);
    expect((await loadPresence(deputy)).delegations).toMatchObject([{ id, isGiven: false, reason: "On leave", workspace: null }]);
    expect((await loadApproval(deputy, { id: request.id })).who.deciders).toMatchObject([{ id: boss.actor.id }, { id: deputy.actor.id, forName: boss.actor.name }]);
    expect(await request.decide(deputy)).toMatchObject({ status: "approved" });
    expect(await eventBodies(t.organizationId, "approvals.delegated")).toMatchObject([{ actor: { id: boss.actor.id }, details: { to: deputy.actor.id, reason: "On leave" } }]);
    expect(await eventBodies(t.organizationId, "approvals.decided")).toMatchObject([{ details: { onBehalfOf: boss.actor.id } }]);
    expect(await inside(t, (tx) => tx.select({ title: notice.title }).from(notice).where(eq(notice.dedupeKey, `delegation:${id}`)))).toHaveLength(1);
  });

  it("counts no more from the moment that it ends, whoever of the two or of the admins ends it, once", async () => {
    const t = await tenant();
    const [boss, deputy, admin, other] = [await t.as("supervisor"), await t.as("supervisor"), await t.as("organization_admin"), await t.as("workspace_admin")];
    const request = await waitingFor(t, boss);
    for (const who of [boss, deputy, admin]) {
      const { id } = await give(boss, deputy);
      await expect(endDelegation(other, { id })).rejects.toMatchObject({ code: "forbidden" });
      await endDelegation(who, { id });
      await expect(endDelegation(who, { id })).rejects.toMatchObject({ code: "conflict" });
      await expect(request.decide(deputy)).rejects.toMatchObject({ code: "conflict" });
    }
    expect(await eventBodies(t.organizationId, "approvals.delegation_ended")).toMatchObject([boss, deputy, admin].map(({ actor: { id } }) => ({ actor: { id } })));
    expect((await loadPresence(boss)).delegations).toEqual([]);
  });

  it("is given once to the same person for the same days and place, so that ending it ends it", async () => {
    const t = await tenant();
    const [boss, deputy] = [await t.as("supervisor"), await t.as("supervisor")];
    const { id } = await give(boss, deputy);
    expect((await loadPresence(boss)).delegations).toMatchObject([{ firstDay: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), lastDay: inDays(3) }]);
    await expect(give(boss, deputy, { firstDay: inDays(2), lastDay: inDays(9) })).rejects.toMatchObject({ code: "conflict" });
    await give(boss, deputy, { firstDay: inDays(5), lastDay: inDays(9) });
    await endDelegation(boss, { id });
    await give(boss, deputy);
  });

  it("counts neither before its first day nor in another workspace", async () => {
    const t = await tenant();
    const [boss, deputy] = [await t.as("supervisor"), await t.as("supervisor")];
    const request = await waitingFor(t, boss);
    await give(boss, deputy, { firstDay: inDays(2) });
    await expect(request.decide(deputy)).rejects.toMatchObject({ code: "conflict" });
    await give(boss, deputy, { workspaceId: t.workspaceId });
    expect(await request.decide(deputy)).toMatchObject({ status: "approved" });
  });

  it("is not given to oneself, also not to another account, nor to who may not decide there, has left, or is somebody else's", async () => {
    const [t, foreign] = [await tenant(), await tenant()];
    const [boss, alias, viewer, gone, elsewhere] = [await t.as("supervisor"), await t.as("supervisor"), await t.as("viewer"), await t.as("supervisor"), await t.as("supervisor", t.workspaceId)];
    const stranger = await foreign.as("supervisor");
    await inside(t, async (tx) => {
      await tx.update(person).set({ email: `ann.${t.agentId}@corp.test` }).where(eq(person.id, boss.actor.id));
      await tx.update(person).set({ email: `ann.${t.agentId}+2@corp.test` }).where(eq(person.id, alias.actor.id));
      await tx.update(person).set({ status: "suspended" }).where(eq(person.id, gone.actor.id));
    });
    const wrong = { code: "invalid_input", fields: { toPersonId: expect.any(String) } };
    for (const who of [boss, alias, viewer, gone]) await expect(give(boss, who)).rejects.toMatchObject(wrong);
    await expect(give(boss, stranger)).rejects.toMatchObject({ code: "not_found" });
    await expect(give(boss, elsewhere, { workspaceId: foreign.workspaceId })).rejects.toMatchObject({ code: "not_found" });
    await expect(give(viewer, boss)).rejects.toMatchObject({ code: "forbidden" });
    const { id } = await give(boss, elsewhere);
    await expect(endDelegation(await foreign.as("organization_admin"), { id })).rejects.toMatchObject({ code: "not_found" });
    expect((await loadPresence(boss)).deputies.map((one) => one.id)).toEqual([elsewhere.actor.id]);
    expect(await inside(t, (tx) => tx.select().from(delegation))).toHaveLength(1);
  });

  it("needs a fresh proof of whom, where and for how long", async () => {
    const t = await tenant();
    const [boss, deputy] = [await t.as("supervisor"), await t.as("supervisor")];
    await givePassword(boss);
    const object = (days: number) => `${deputy.actor.id} everywhere now ${inDays(days)}`;
    await provePassword(boss, "delegation.give", object(3));
    await expect(give(boss, deputy, { lastDay: inDays(300) })).rejects.toMatchObject({ code: "fresh_proof_needed", freshProof: { verb: "delegation.give", object: object(300) } });
    await expect(give(boss, deputy, { workspaceId: t.workspaceId })).rejects.toMatchObject({ code: "fresh_proof_needed" });
    await expect(give(boss, deputy)).resolves.toHaveProperty("id");
  });
});

describe("a time away", () => {
  it("is shown where approvals wait, leaves events without its note, and ends at once", async () => {
    const t = await tenant();
    const [boss, colleague, admin] = [await t.as("supervisor"), await t.as("supervisor"), await t.as("organization_admin")];
    const request = await waitingFor(t, boss);
    const seen = async () => (await loadApproval(colleague, { id: request.id })).who.deciders.map((one) => one.awayUntil !== null);
    const { id } = await away(boss);
    expect(await seen()).toEqual([true]);
    await expect(endAway(colleague, { id })).rejects.toMatchObject({ code: "forbidden" });
    await endAway(boss, { id });
    expect(await seen()).toEqual([false]);
    await expect(endAway(boss, { id })).rejects.toMatchObject({ code: "conflict" });
    await endAway(admin, await away(boss, { firstDay: inDays(2) }));
    const set = await eventBodies(t.organizationId, "people.absence_set");
    expect(set).toMatchObject([{ resource: { id: boss.actor.id } }, { resource: { id: boss.actor.id } }]);
    expect(JSON.stringify(set)).not.toContain("Dentist");
    expect(await eventBodies(t.organizationId, "people.absence_ended")).toMatchObject([boss, admin].map(({ actor: { id } }) => ({ actor: { id } })));
  });

  it("has days that are to come, in order, within a year", async () => {
    const t = await tenant();
    const [boss, deputy] = [await t.as("supervisor"), await t.as("supervisor")];
    for (const [days, field] of [
      [{ lastDay: inDays(-2) }, "lastDay"], [{ firstDay: inDays(-2) }, "firstDay"], [{ firstDay: inDays(3), lastDay: inDays(2) }, "lastDay"], [{ lastDay: inDays(400) }, "lastDay"], [{ lastDay: "9999-12-31" }, "lastDay"],
    ] as const) {
      await expect(away(boss, days)).rejects.toMatchObject({ code: "invalid_input", fields: { [field]: expect.any(String) } });
      await expect(give(boss, deputy, days)).rejects.toMatchObject({ code: "invalid_input", fields: { [field]: expect.any(String) } });
    }
    expect(await inside(t, (tx) => tx.select().from(absence))).toEqual([]);
  });
});
