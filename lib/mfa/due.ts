import { and, eq, gt, isNotNull, isNull, lte, or, sql, type SQL } from "drizzle-orm";
import { factor } from "@/db/schema/factor";
import { roleGrant } from "@/db/schema/people";
import { securitySetting } from "@/db/schema/security";
import type { Tx } from "@/db/tenant";

/**
 * From when on a person must have a second factor, by the roles that they hold now; null: they need none. The days of grace
 * run from when the rule was made, or from when the person got the role.
 */
export async function factorDueAt(tx: Tx, personId: string | SQL): Promise<Date | null> {
  const due = sql`min(greatest(${securitySetting.factorSince}, ${roleGrant.validFrom}) + make_interval(days => ${securitySetting.factorGraceDays}))`;
  const [row] = await tx
    .select({ at: due.mapWith(securitySetting.factorSince) })
    .from(securitySetting)
    .innerJoin(roleGrant, sql`${roleGrant.role} = any(${securitySetting.factorRoles})`)
    .where(
      and(
        eq(roleGrant.personId, personId),
        isNull(roleGrant.revokedAt),
        lte(roleGrant.validFrom, sql`now()`),
        or(isNull(roleGrant.validUntil), gt(roleGrant.validUntil, sql`now()`)),
      ),
    );
  return row?.at ?? null;
}

/** The same for somebody who has no factor yet; null for whoever has one. */
export async function missingFactorDueAt(tx: Tx, personId: string | SQL): Promise<Date | null> {
  const [due, held] = await Promise.all([
    factorDueAt(tx, personId),
    tx.select({ id: factor.id }).from(factor).where(and(eq(factor.personId, personId), isNotNull(factor.confirmedAt), isNull(factor.removedAt))).limit(1),
  ]);
  return held.length > 0 ? null : due;
}
