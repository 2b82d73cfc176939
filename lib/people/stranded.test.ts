import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { mail, notice, outbox } from "@/db/schema/message";
import { roleGrant } from "@/db/schema/people";
import { inTenant, type Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { askRule, peopleOf, publishRules } from "@/lib/approval-policies/testing";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { database } from "@/lib/database";
import { recomputeRoles } from "@/lib/directory/recompute";
import { newId } from "@/lib/id";
import { setAway } from "@/lib/presence/set-away";
import { useTestDatabase } from "@/lib/testing/database";
import { tenant } from "@/lib/testing/tenant";
import { transact } from "@/lib/transact";
import { revokeRole } from "./revoke-role";
import { suspendPerson } from "./suspend";

useTestDatabase();

type Tenant = Awaited<ReturnType<typeof tenant>>;
const inside = <T>(t: Tenant, work: (tx: Tx) => Promise<T>) => inTenant(database(), t.organizationId, work);
const ask = (t: Tenant) => submitAction(t.agent, SubmitActionInput.parse({ tool: "mail.send", arguments: { to: "a@example.test" }, estimatedCostMicros: 1 }), newId());
const grantOf = async (t: Tenant, who: PersonCtx) => (await inside(t, (tx) => tx.select().from(roleGrant).where(eq(roleGrant.personId, who.actor.id))))[0]?.id ?? "";
const told = (t: Tenant) => inside(t, (tx) => tx.select({ personId: notice.personId, title: notice.title, body: notice.body }).from(notice).orderBy(notice.title));

describe("a role that is taken from the last who could decide", () => {
  it("is told at once to those who can mend it and are here: what waits, and which policies nobody can satisfy", async () => {
    const t = await tenant();
    const [admin, away] = [await t.owner(), await t.as("organization_admin")];
    const [one, boss] = [await t.as("supervisor"), await t.as("supervisor")];
    await publishRules(t, [askRule([[{ count: 1, people: [peopleOf.named(one)] }], [{ count: 1, people: [peopleOf.named(boss)] }]])]);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    await setAway(away, { kind: "away", firstDay: null, lastDay: tomorrow, note: "" });
    await ask(t);
    await ask(t);
    expect(await told(t)).toEqual([]);
    await revokeRole(admin, { grantId: await grantOf(t, boss) });
    expect(await told(t)).toMatchObject([
      { personId: admin.actor.id, title: "2 requests wait and nobody may decide", body: expect.stringContaining("supervisor lost a role") },
      { personId: admin.actor.id, title: expect.stringMatching(/^Nobody can satisfy the approval policy of Org .* any more$/), body: expect.stringContaining('Rule 1 (Two pairs of eyes): Nobody could ever satisfy it. The stage "Stage 2"') },
    ]);
    expect(await inside(t, (tx) => tx.select({ to: mail.recipient, status: mail.status }).from(mail))).toHaveLength(2);
  });

  it("is told when a directory takes the role, with mails that the outbox has", async () => {
    const t = await tenant();
    const [admin, one] = [await t.owner(), await t.as("supervisor")];
    const directory = { id: newId(), name: "Entra" };
    await inside(t, (tx) => tx.update(roleGrant).set({ source: `directory:${directory.id}` }).where(eq(roleGrant.personId, one.actor.id)));
    await ask(t);
    await transact(admin, async (tx) => {
      authorize(tx, admin, "settings", "update", { workspaceId: null });
      return { value: null, audit: await recomputeRoles(tx, admin, directory, [one.actor.id]) };
    });
    expect(await told(t)).toMatchObject([{ personId: admin.actor.id, title: "A request waits and nobody may decide", body: expect.stringContaining("The directory Entra took roles away") }]);
    expect(await inside(t, (tx) => tx.$count(outbox, eq(outbox.name, "mail/queued")))).toBe(1);
  });

  it("is told of nothing where others can still decide", async () => {
    const t = await tenant();
    const admin = await t.owner();
    const [one] = [await t.as("supervisor"), await t.as("supervisor"), await t.as("supervisor")];
    await publishRules(t, [askRule([[{ count: 2, people: [peopleOf.supervisor] }]])]);
    await ask(t);
    await revokeRole(admin, { grantId: await grantOf(t, one) });
    expect(await told(t)).toEqual([]);
  });

  it("is told when they are suspended too, also where no policy speaks of the request", async () => {
    const t = await tenant();
    const one = await t.as("supervisor", t.workspaceId);
    await ask(t);
    await suspendPerson(await t.owner(), { id: one.actor.id });
    expect(await told(t)).toMatchObject([{ title: "A request waits and nobody may decide", body: expect.stringContaining("was suspended") }]);
  });
});
