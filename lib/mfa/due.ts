import { and, eq, notExists, sql, type SQL } from "drizzle-orm";
import { factor } from "@/db/schema/factor";
import { roleGrant } from "@/db/schema/people";
import { securitySetting } from "@/db/schema/security";
import type { Tx } from "@/db/tenant";
import { grantInForce } from "@/lib/ctx/held-roles";
import { counts } from "./factors";

/**
 * From when on a person must have a second factor, by the roles that they hold now; null: they need none. The days of grace
 * run from when the rule was made, or from when the person got the role.
 */
export async function factorDueAt(tx: Tx, personId: string): Promise<Date | null> {
  const [row] = await selectDue(tx, eq(roleGrant.personId, personId));
  return row?.at ?? null;
}

/** The query for the same of somebody who has no factor yet that is good enough for it; for whoever has one it gives null. */
export function selectMissingFactorDue(tx: Tx, personId: SQL) {
  const held = tx.select({ id: factor.id }).from(factor).where(and(eq(factor.personId, personId), counts(), isEnough()));
  return selectDue(tx, and(eq(roleGrant.personId, personId), notExists(held)));
}

function selectDue(tx: Tx, whose: SQL | undefined) {
  const due = sql`min(greatest(${securitySetting.factorSince}, ${roleGrant.validFrom}) + make_interval(days => ${securitySetting.factorGraceDays}))`;
  return tx
    .select({ at: due.mapWith(securitySetting.factorSince) })
    .from(securitySetting)
    .innerJoin(roleGrant, sql`${roleGrant.role} = any(${securitySetting.factorRoles})`)
    .where(and(whose, grantInForce(sql`now()`)));
}

/** A code that is sent meets the rule only where the organization says so. */
function isEnough(): SQL {
  return sql`(${factor.kind} in ('totp', 'passkey') or exists (select 1 from ${securitySetting} where ${securitySetting.weakFactorsCount}))`;
}
