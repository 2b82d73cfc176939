import { and, asc, eq, exists, gt, inArray, isNull, lte, or, sql, type SQL } from "drizzle-orm";
import { person, roleGrant } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { permissionsOf, roles, type Role } from "@/lib/ability/permissions";

const mostPeople = 500;

/** Roles whose holders are asked: those that decide, and those that decide about money. */
const decidingRoles = roles.filter((role) => permissionsOf(role).some((permission) => permission === "approvals.decide" || permission === "budgets.override"));

export const isDecidingRole = (role: Role): boolean => decidingRoles.includes(role);

/** Rows of `person` who may decide now, in any of these workspaces; null: anywhere. */
export function whereDecides(tx: Tx, workspaceIds: readonly string[] | null): SQL {
  const now = sql`now()`;
  return exists(
    tx
      .select({ id: roleGrant.id })
      .from(roleGrant)
      .where(
        and(
          eq(roleGrant.personId, person.id), inArray(roleGrant.role, decidingRoles),
          isNull(roleGrant.revokedAt), lte(roleGrant.validFrom, now), or(isNull(roleGrant.validUntil), gt(roleGrant.validUntil, now)),
          workspaceIds ? or(isNull(roleGrant.workspaceId), inArray(roleGrant.workspaceId, [...workspaceIds])) : undefined,
        ),
      ),
  );
}

/** All accounts of a person, as the people that they are: none of them is somebody else. */
export const isSamePerson = (id: string): SQL<boolean> => sql<boolean>`coalesce(${person.id} = any ((select accounts_of(${id}))::uuid[]), false)`;

/** To whom a person could give their part, by name: others who may decide where the person may. */
export async function deputiesOf(tx: Tx, personId: string, workspaceIds: readonly string[] | null): Promise<{ id: string; name: string; email: string }[]> {
  return tx
    .select({ id: person.id, name: person.name, email: person.email })
    .from(person)
    .where(and(eq(person.status, "active"), whereDecides(tx, workspaceIds), sql`not ${isSamePerson(personId)}`))
    .orderBy(asc(person.name), asc(person.id))
    .limit(mostPeople);
}
