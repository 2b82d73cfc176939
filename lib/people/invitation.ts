import { and, eq, gt, isNull, or } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { organization, workspace } from "@/db/schema/organization";
import { invitation, person, roleGrant } from "@/db/schema/people";
import { inTenant, type Tx } from "@/db/tenant";
import { isRole, permissionTable } from "@/lib/ability/permissions";
import { countGuess } from "@/lib/auth/guesses";
import { hashToken, tokenSchema } from "@/lib/auth/token";
import { database } from "@/lib/database";

export const invitationDays = 7;

export type InvitationView =
  | { state: "unknown" | "used" | "revoked" | "expired" }
  | { state: "open"; organization: string; name: string; email: string; invitedBy: string | null; roles: { label: string; where: string }[]; expiresAt: Date };

type Found = { organizationId: string; id: string };

/**
 * Which organization and invitation a link's token names, if any; what names none counts as a guess of its sender.
 * @throws AppError `rate_limited` for too many guesses.
 */
export async function findInvitation(token: string, ip: string | null): Promise<Found | null> {
  const [found] = tokenSchema.safeParse(token).success
    ? await database().sql<Found[]>`select organization_id as "organizationId", invitation_id as id from gate_invitation(${hashToken(token)})`
    : [];
  if (!found) await countGuess("link", ip);
  return found ?? null;
}

/** What somebody with the link sees before they accept; the token is their right to it. */
export async function loadInvitation(found: Found | null): Promise<InvitationView> {
  if (!found) return { state: "unknown" };
  return inTenant(database(), found.organizationId, async (tx) => {
    const inviter = alias(person, "inviter");
    const [row] = await tx
      .select({ invitation, personId: person.id, name: person.name, email: person.email, status: person.status, invitedBy: inviter.name, organization: organization.name })
      .from(invitation)
      .innerJoin(person, eq(person.id, invitation.personId))
      .innerJoin(organization, eq(organization.id, invitation.organizationId))
      .leftJoin(inviter, eq(inviter.id, invitation.invitedBy))
      .where(eq(invitation.id, found.id));
    if (!row) return { state: "unknown" };
    if (row.invitation.acceptedAt) return { state: "used" };
    if (row.invitation.revokedAt || row.status !== "invited") return { state: "revoked" };
    if (row.invitation.expiresAt <= new Date()) return { state: "expired" };
    const { name, email, invitedBy } = row;
    const roles = await offeredRoles(tx, row.personId);
    return { state: "open", organization: row.organization, name, email, invitedBy, roles, expiresAt: row.invitation.expiresAt };
  });
}

async function offeredRoles(tx: Tx, personId: string): Promise<{ label: string; where: string }[]> {
  const rows = await tx
    .select({ role: roleGrant.role, workspace: workspace.name })
    .from(roleGrant)
    .leftJoin(workspace, eq(workspace.id, roleGrant.workspaceId))
    .where(and(eq(roleGrant.personId, personId), isNull(roleGrant.revokedAt), or(isNull(roleGrant.validUntil), gt(roleGrant.validUntil, new Date()))));
  return rows.flatMap(({ role, workspace: where }) => (isRole(role) ? [{ label: permissionTable[role].label, where: where ?? "the whole organization" }] : []));
}
