import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { workspace } from "@/db/schema/organization";
import { roleGrant } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { bumpAccess, isAdminRole, lockAdmins, requireAdminLeft } from "@/lib/people/access";
import { heldBy } from "@/lib/people/grant";
import { tellOfStrandedBeside } from "@/lib/people/open-requests";
import type { Connection } from "./connection";
import type { MappedRole } from "./mapping";
import { SsoRefusal } from "./refusal";

/**
 * Makes the roles that a connection gave somebody the ones that its claims give now; what was given by hand or by a directory
 * stays. For use inside a verb, which has asked `authorize`.
 * @throws SsoRefusal when nobody would administer the organization any more.
 */
export async function syncGrants(tx: Tx, ctx: Ctx, connection: Connection, who: { id: string; email: string }, roles: readonly MappedRole[]): Promise<AuditEntry[]> {
  const source = `sso:${connection.id}`;
  const held = await tx
    .select({ id: roleGrant.id, role: roleGrant.role, workspaceId: roleGrant.workspaceId })
    .from(roleGrant)
    .where(and(eq(roleGrant.personId, who.id), eq(roleGrant.source, source), isNull(roleGrant.revokedAt)));
  const wanted = await inOpenWorkspaces(tx, roles);
  const over = held.filter((grant) => !wanted.some((role) => isSame(grant, role)));
  const fresh = wanted.filter((role) => !held.some((grant) => isSame(grant, role)));
  if (over.length === 0 && fresh.length === 0) return [];
  const before = await heldBy(tx, who.id);
  const values = fresh.map(({ role, workspaceId }) => ({ id: newId(), organizationId: ctx.organizationId, personId: who.id, role, workspaceId, source, validFrom: new Date() }));
  if (values.length > 0) await tx.insert(roleGrant).values(values).onConflictDoNothing();
  if (over.length > 0) await end(tx, over);
  await bumpAccess(tx, ctx.organizationId, who.id);
  if (over.length > 0) await tellOfStrandedBeside(tx, ctx, { id: who.id, name: who.email, what: "lost a role", grants: over });
  const resource = { type: "person", id: who.id, name: who.email };
  return [{ action: fresh.length > 0 ? "people.role_granted" : "people.role_revoked", resource, details: { before, after: await heldBy(tx, who.id), by: "single sign-on", connection: connection.id } }];
}

function isSame(one: { role: string; workspaceId: string | null }, other: { role: string; workspaceId: string | null }): boolean {
  return one.role === other.role && one.workspaceId === other.workspaceId;
}

/** A workspace that is gone gives nothing any more. */
async function inOpenWorkspaces(tx: Tx, roles: readonly MappedRole[]): Promise<MappedRole[]> {
  const named = roles.flatMap(({ workspaceId }) => workspaceId ?? []);
  if (named.length === 0) return [...roles];
  const open = await tx.select({ id: workspace.id }).from(workspace).where(and(inArray(workspace.id, named), isNull(workspace.archivedAt)));
  return roles.filter(({ workspaceId }) => workspaceId === null || open.some(({ id }) => id === workspaceId));
}

async function end(tx: Tx, grants: readonly { id: string; role: string }[]): Promise<void> {
  const losesAdmin = grants.some(({ role }) => isAdminRole(role));
  if (losesAdmin) await lockAdmins(tx);
  await tx.update(roleGrant).set({ revokedAt: sql`now()` }).where(inArray(roleGrant.id, grants.map(({ id }) => id)));
  if (!losesAdmin) return;
  await requireAdminLeft(tx).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "conflict") throw new SsoRefusal("The claims take the last organization admin's role away; give it to somebody else first.");
    throw error;
  });
}
