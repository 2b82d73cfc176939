import { and, count, eq, inArray, isNull, ne, sql } from "drizzle-orm";
import { z } from "zod";
import { agent } from "@/db/schema/agent";
import { person, roleGrant, session } from "@/db/schema/people";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { publish } from "@/lib/live/publish";
import { transact } from "@/lib/transact";
import { isAdminRole, lockAdmins, requireAdminLeft } from "./access";
import { heldBy } from "./grant";
import { withdrawInvitations } from "./issue-invitation";
import { authorizeOver, loadMember } from "./member";

export const RemovePersonInput = z.strictObject({ id: z.uuid() });
export type RemovePersonInput = z.infer<typeof RemovePersonInput>;

/** What ended with the person, and the agents that still name them as the one who answers for them. */
export type RemovalReceipt = { sessionsEnded: number; rolesRevoked: number; invitationsWithdrawn: number; agentsOwned: number };

/**
 * Removes a person: sessions, roles and invitations end at once. Their row stays, so that the audit and what they did
 * keep a name. An invitation that was never accepted is withdrawn the same way.
 * @throws AppError `conflict` for oneself and for the last organization admin; `forbidden` for somebody above the caller.
 */
export async function removePerson(ctx: PersonCtx, { id }: RemovePersonInput): Promise<RemovalReceipt> {
  return transact(ctx, async (tx) => {
    await lockAdmins(tx);
    const member = await loadMember(tx, ctx, id);
    authorizeOver(tx, ctx, "remove", member.grants);
    if (id === ctx.actor.id) throw conflict("You cannot remove yourself.", "Another admin can.");
    const before = await heldBy(tx, id);
    const [gone] = await tx
      .update(person)
      .set({ status: "left", passwordHash: null, accessVersion: sql`${person.accessVersion} + 1` })
      .where(and(eq(person.id, id), inArray(person.status, ["invited", "active", "suspended"])))
      .returning({ id: person.id });
    if (!gone) throw conflict(`${member.name} was removed already.`);
    const sessions = await tx
      .update(session)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(session.personId, id), isNull(session.revokedAt)))
      .returning({ id: session.id });
    publish(tx, ctx.organizationId, `access:${id}`);
    const roles = await tx
      .update(roleGrant)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(roleGrant.personId, id), isNull(roleGrant.revokedAt)))
      .returning({ id: roleGrant.id });
    const invitationsWithdrawn = await withdrawInvitations(tx, id);
    if (member.grants.some((grant) => isAdminRole(grant.role))) await requireAdminLeft(tx);
    const [owned] = await tx.select({ agents: count() }).from(agent).where(and(eq(agent.ownerId, id), ne(agent.status, "retired")));
    const receipt = { sessionsEnded: sessions.length, rolesRevoked: roles.length, invitationsWithdrawn, agentsOwned: owned?.agents ?? 0 };
    const resource = { type: "person", id, name: member.email };
    const action = member.status === "invited" ? "people.invitation_revoked" : "people.removed";
    return { value: receipt, audit: { action, resource, details: { before, after: [], ...receipt } } };
  });
}
