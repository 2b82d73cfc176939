import { and, eq, gt, isNull, lte, or, type SQL } from "drizzle-orm";
import { roleGrant } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { isRole, type Role } from "@/lib/ability/permissions";

/** A role on the organization (workspaceId null) or on a workspace. */
export type HeldRole = { role: Role; workspaceId: string | null; validUntil: Date | null };

/** Whether a grant counts at `now`. */
export function grantInForce(now: Date | SQL): SQL | undefined {
  return and(isNull(roleGrant.revokedAt), lte(roleGrant.validFrom, now), or(isNull(roleGrant.validUntil), gt(roleGrant.validUntil, now)));
}

/** The query for somebody's roles at `now`, whose rows `knownRoles` reads. */
export function selectHeldRoles(tx: Tx, personId: string | SQL, now: Date | SQL) {
  return tx
    .select({ role: roleGrant.role, workspaceId: roleGrant.workspaceId, validUntil: roleGrant.validUntil })
    .from(roleGrant)
    .where(and(eq(roleGrant.personId, personId), grantInForce(now)));
}

/** A role that this version does not know gives nothing. */
export function knownRoles(rows: readonly { role: string; workspaceId: string | null; validUntil: Date | null }[]): HeldRole[] {
  return rows.flatMap((row) => (isRole(row.role) ? [{ ...row, role: row.role }] : []));
}

/** The roles that somebody has at `now`. */
export async function heldRoles(tx: Tx, personId: string, now: Date | SQL): Promise<HeldRole[]> {
  return knownRoles(await selectHeldRoles(tx, personId, now));
}
