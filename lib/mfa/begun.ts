import { and, eq, gt, inArray, isNull, sql } from "drizzle-orm";
import { factor } from "@/db/schema/factor";
import type { Tx } from "@/db/tenant";
import { notFound } from "@/lib/errors";
import { setUpMs } from "./begin-totp";
import type { FactorKind, StoredFactor } from "./factors";

/**
 * A factor that the person began to set up not long ago, held while it is confirmed.
 * @throws AppError `not_found`, also for somebody else's.
 */
export async function loadBegun(tx: Tx, personId: string, id: string, kinds: readonly FactorKind[]): Promise<StoredFactor> {
  const begun = gt(factor.createdAt, sql`now() - ${`${setUpMs} milliseconds`}::interval`);
  const [found] = await tx
    .select()
    .from(factor)
    .where(and(eq(factor.id, id), eq(factor.personId, personId), inArray(factor.kind, [...kinds]), isNull(factor.confirmedAt), isNull(factor.removedAt), begun))
    .for("update");
  if (!found) throw notFound("factor to set up");
  return found;
}
