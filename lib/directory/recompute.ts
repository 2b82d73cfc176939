import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { directoryGroup, directoryMember, directoryUser, groupRole } from "@/db/schema/directory";
import { workspace } from "@/db/schema/organization";
import { person, roleGrant } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { isRole } from "@/lib/ability/permissions";
import type { AuditEntry, Json } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import { publish } from "@/lib/live/publish";
import { isAdminRole, lockAdmins, requireAdminLeft } from "@/lib/people/access";
import { tellOfStrandedBeside } from "@/lib/people/open-requests";

export type RoleChange = { personId: string; role: string; workspaceId: string | null };
export type RoleChanges = { gained: RoleChange[]; lost: (RoleChange & { id: string })[] };

/** What stands in `role_grant.source` for roles that groups of a directory give. */
export const sourceOf = (directoryId: string) => `directory:${directoryId}`;

const perEvent = 200;

/**
 * What groups give now compared with what they gave: the grants to make and to end. Nothing is changed.
 * @param personIds only these people; null: everybody of the directory.
 */
export async function roleChanges(tx: Tx, directoryId: string, personIds: readonly string[] | null): Promise<RoleChanges> {
  if (personIds?.length === 0) return { gained: [], lost: [] };
  const source = sourceOf(directoryId);
  const given = await tx
    .selectDistinct({ personId: person.id, role: groupRole.role, workspaceId: groupRole.workspaceId })
    .from(groupRole)
    .innerJoin(directoryGroup, eq(directoryGroup.id, groupRole.groupId))
    .innerJoin(directoryMember, eq(directoryMember.groupId, groupRole.groupId))
    .innerJoin(directoryUser, and(eq(directoryUser.id, directoryMember.userId), eq(directoryUser.active, true)))
    .innerJoin(person, and(eq(person.id, directoryUser.personId), sql`${person.status} <> 'left'`))
    .leftJoin(workspace, eq(workspace.id, groupRole.workspaceId))
    .where(and(eq(directoryGroup.directoryId, directoryId), isNull(workspace.archivedAt), personIds ? inArray(person.id, [...personIds]) : undefined));
  const held = await tx
    .select({ id: roleGrant.id, personId: roleGrant.personId, role: roleGrant.role, workspaceId: roleGrant.workspaceId })
    .from(roleGrant)
    .where(and(eq(roleGrant.source, source), isNull(roleGrant.revokedAt), personIds ? inArray(roleGrant.personId, [...personIds]) : undefined));
  const wanted = given.filter(({ role }) => isRole(role));
  const [has, gets] = [new Set(held.map(keyOf)), new Set(wanted.map(keyOf))];
  return { gained: wanted.filter((each) => !has.has(keyOf(each))), lost: held.filter((each) => !gets.has(keyOf(each))) };
}

const keyOf = ({ personId, role, workspaceId }: RoleChange) => `${personId} ${role} ${workspaceId ?? ""}`;

/**
 * Makes people's roles what their groups give, and touches none given otherwise. Gives the events that say so.
 * @throws AppError `conflict` when nobody would be left to administer the organization.
 */
export async function recomputeRoles(tx: Tx, ctx: Ctx, of: { id: string; name: string }, personIds: readonly string[] | null): Promise<AuditEntry[]> {
  const changes = await roleChanges(tx, of.id, personIds);
  const affected = [...new Set([...changes.gained, ...changes.lost].map(({ personId }) => personId))];
  if (affected.length === 0) return [];
  const admins = changes.lost.some(({ role }) => isAdminRole(role));
  if (admins) await lockAdmins(tx);
  for (const ids of chunks(changes.lost.map(({ id }) => id), 1_000)) {
    await tx.update(roleGrant).set({ revokedAt: sql`now()` }).where(and(inArray(roleGrant.id, ids), isNull(roleGrant.revokedAt)));
  }
  for (const gained of chunks(changes.gained, 1_000)) {
    await tx
      .insert(roleGrant)
      .values(gained.map((each) => ({ ...each, id: newId(), organizationId: ctx.organizationId, validFrom: sql`now()`, source: sourceOf(of.id) })))
      .onConflictDoNothing();
  }
  if (admins) await requireAdminLeft(tx);
  for (const ids of chunks(affected, 1_000)) await tx.update(person).set({ accessVersion: sql`${person.accessVersion} + 1` }).where(inArray(person.id, ids));
  for (const id of affected) publish(tx, ctx.organizationId, `access:${id}`);
  if (changes.lost.length > 0) await tellOfStrandedBeside(tx, ctx, { id: of.id, name: `The directory ${of.name}`, what: "took roles away", grants: changes.lost });
  return chunks(affected, perEvent).map((ids): AuditEntry => {
    const told = new Set(ids);
    const shown = (list: readonly RoleChange[]): Json[] => list.filter(({ personId }) => told.has(personId)).map(({ personId, role, workspaceId }) => ({ person: personId, role, workspace: workspaceId }));
    const resource = { type: "directory", id: of.id, name: of.name };
    return { action: "directory.roles_changed", resource, details: { gained: shown(changes.gained), lost: shown(changes.lost) } };
  });
}

export function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size));
}
