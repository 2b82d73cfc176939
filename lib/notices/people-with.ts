import { and, asc, eq, gt, inArray, isNull, lte, or, sql } from "drizzle-orm";
import { person, roleGrant } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { permissionsOf, roles, type ActionOf, type Permission, type Resource } from "@/lib/ability/permissions";

const atMost = 200;

/** Active people who hold the permission now, on the organization or on the workspace (null: on the organization), at most 200. */
export async function peopleWith<R extends Resource>(
  tx: Tx,
  resource: R,
  action: ActionOf<R>,
  workspaceId: string | null,
): Promise<{ id: string; name: string; email: string }[]> {
  const permission = `${resource}.${action}` as Permission;
  const holding = roles.filter((role) => permissionsOf(role).includes(permission));
  return tx
    .selectDistinct({ id: person.id, name: person.name, email: person.email })
    .from(roleGrant)
    .innerJoin(person, eq(person.id, roleGrant.personId))
    .where(
      and(
        inArray(roleGrant.role, holding),
        workspaceId ? or(isNull(roleGrant.workspaceId), eq(roleGrant.workspaceId, workspaceId)) : isNull(roleGrant.workspaceId),
        isNull(roleGrant.revokedAt),
        lte(roleGrant.validFrom, sql`now()`),
        or(isNull(roleGrant.validUntil), gt(roleGrant.validUntil, sql`now()`)),
        eq(person.status, "active"),
      ),
    )
    .orderBy(asc(person.id))
    .limit(atMost);
}
