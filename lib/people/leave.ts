import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { invitation, person, roleGrant, session } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { isRole, permissionTable } from "@/lib/ability/permissions";
import type { AuditEntry } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import type { JobEvent } from "@/lib/jobs/events";
import { forgetDevices } from "@/lib/mfa/remembered";
import { publish } from "@/lib/live/publish";
import { deviceName } from "@/lib/sessions/device";
import { isAdminRole, requireAdminLeft } from "./access";
import type { Grant } from "./grant";
import { grantForAudit } from "./grant";
import { handOverAgents, type Successor } from "./hand-over";
import { tellOfStranded, withdrawOwnRequests } from "./open-requests";
import { receiptForAudit, receiptLines, type LeavingReceipt } from "./receipt";

export type Leaver = { id: string; email: string; name: string; status: string; grants: readonly Grant[] };

/**
 * Everything that ends when a person leaves, whoever says so: sessions, roles, invitations, keys; their agents go to the
 * successor or stop. For use inside a verb that has called `lockAdmins` and asked `authorize`.
 * @param by what removed them, as in `person.left_by`.
 * @throws AppError `conflict` when they left before, or are the last organization admin.
 */
export async function leave(
  tx: Tx,
  ctx: Ctx,
  leaver: Leaver,
  { by, successor }: { by: string; successor: Successor | null },
): Promise<{ receipt: LeavingReceipt; audit: AuditEntry[]; send: JobEvent[] }> {
  const { id, name } = leaver;
  const [gone] = await tx
    .update(person)
    .set({ status: "left", passwordHash: null, leftAt: sql`now()`, leftBy: by, accessVersion: sql`${person.accessVersion} + 1` })
    .where(and(eq(person.id, id), inArray(person.status, ["invited", "active", "suspended"])))
    .returning({ id: person.id });
  if (!gone) throw conflict(`${name} was removed already.`);
  const sessions = await endSessions(tx, ctx.organizationId, id);
  const roles = await tx.update(roleGrant).set({ revokedAt: sql`now()` }).where(and(eq(roleGrant.personId, id), isNull(roleGrant.revokedAt))).returning({ role: roleGrant.role });
  if (leaver.grants.some((grant) => isAdminRole(grant.role))) await requireAdminLeft(tx);
  const invitations = await endInvitations(tx, id);
  const agents = await handOverAgents(tx, ctx, id, successor);
  const requests = await withdrawOwnRequests(tx, ctx, id);
  const stranded = await tellOfStranded(tx, ctx, { ...leaver, what: "left" });
  const receipt: LeavingReceipt = {
    personId: id,
    name,
    successor: successor?.name ?? null,
    lines: receiptLines({
      ...agents.effects,
      sessions,
      roles: roles.map(({ role }) => (isRole(role) ? permissionTable[role].label : role)),
      invitations,
      requestsWithdrawn: requests.names,
      requestsStranded: stranded.names,
    }),
  };
  const removed: AuditEntry = {
    action: leaver.status === "invited" ? "people.invitation_revoked" : "people.removed",
    resource: { type: "person", id, name: leaver.email },
    details: { before: leaver.grants.map(grantForAudit), after: [], by, ...receiptForAudit(receipt) },
  };
  return { receipt, audit: [...agents.audit, ...requests.audit, removed], send: [...agents.send, ...requests.send, ...stranded.send] };
}

/** Ends all of a person's sessions, also of open pages, and forgets their browsers; the devices they were on. */
export async function endSessions(tx: Tx, organizationId: string, personId: string): Promise<string[]> {
  const ended = await tx
    .update(session)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(session.personId, personId), isNull(session.revokedAt)))
    .returning({ userAgent: session.userAgent });
  await forgetDevices(tx, personId);
  publish(tx, organizationId, `access:${personId}`);
  return ended.map(({ userAgent }) => deviceName(userAgent));
}

/** Theirs, and those that they sent and nobody accepted: who left lets nobody in. Others can send these again. */
async function endInvitations(tx: Tx, id: string): Promise<string[]> {
  const open = and(isNull(invitation.acceptedAt), isNull(invitation.revokedAt));
  const ended = await tx
    .update(invitation)
    .set({ revokedAt: sql`now()` })
    .where(and(open, sql`(${invitation.personId} = ${id} or ${invitation.invitedBy} = ${id})`))
    .returning({ personId: invitation.personId });
  if (ended.length === 0) return [];
  const people = await tx.select({ email: person.email }).from(person).where(inArray(person.id, ended.map(({ personId }) => personId)));
  return people.map(({ email }) => email);
}
