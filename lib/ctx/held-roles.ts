import { and, eq, gt, isNull, lte, or, sql, type SQL } from "drizzle-orm";
import { lock } from "@/db/schema/lock";
import { roleGrant } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { isRole, type Role } from "@/lib/ability/permissions";
import type { StandingLock } from "@/lib/locks/standing";
import { lockInForce } from "@/lib/locks/where-in-force";

/** A role on the organization (workspaceId null) or on a workspace. */
export type HeldRole = { role: Role; workspaceId: string | null; validUntil: Date | null };

/** Whether a grant counts at `now`. */
export function grantInForce(now: Date | SQL): SQL | undefined {
  return and(isNull(roleGrant.revokedAt), lte(roleGrant.validFrom, now), or(isNull(roleGrant.validUntil), gt(roleGrant.validUntil, now)));
}

/** The query for somebody's roles at `now`, also those that are locked, whose rows `knownRoles` and `lockOfRoles` read. */
export function selectHeldRoles(tx: Tx, personId: string | SQL, now: Date | SQL) {
  return tx
    .select({ role: roleGrant.role, workspaceId: roleGrant.workspaceId, validUntil: roleGrant.validUntil, lock: { kind: lock.kind, target: lock.target, message: lock.message, until: lock.until } })
    .from(roleGrant)
    .leftJoin(lock, and(sql`${lock.kind} = 'role'`, eq(lock.target, roleGrant.role), lockInForce()))
    .where(and(eq(roleGrant.personId, personId), grantInForce(now)));
}

type GrantRow = { role: string; workspaceId: string | null; validUntil: Date | null; lock: StandingLock | null };

/** A role that is locked, or that this version does not know, gives nothing. */
export function knownRoles(rows: readonly GrantRow[]): HeldRole[] {
  return rows.flatMap(({ role, workspaceId, validUntil, lock: found }) => (isRole(role) && !found ? [{ role, workspaceId, validUntil }] : []));
}

/** What to tell somebody who has no other role than locked ones. */
export function lockOfRoles(rows: readonly GrantRow[]): StandingLock | null {
  return rows.find((row) => row.lock !== null)?.lock ?? null;
}

/** The roles that somebody has at `now`. */
export async function heldRoles(tx: Tx, personId: string, now: Date | SQL): Promise<HeldRole[]> {
  return knownRoles(await selectHeldRoles(tx, personId, now));
}
