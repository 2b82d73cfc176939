import { and, gt, inArray, isNull, lte, sql } from "drizzle-orm";
import { absence } from "@/db/schema/presence";
import type { Tx } from "@/db/tenant";

/** Those who are neither away nor busy. Where nobody is left, all of them, since a notice that reaches nobody is none. */
export async function hereOrAll(tx: Tx, personIds: readonly string[]): Promise<string[]> {
  if (personIds.length === 0) return [];
  const now = sql`now()`;
  const rows = await tx
    .selectDistinct({ id: absence.personId })
    .from(absence)
    .where(and(inArray(absence.personId, [...personIds]), isNull(absence.endedAt), lte(absence.startsAt, now), gt(absence.endsAt, now)));
  const gone = rows.map(({ id }) => id);
  const here = personIds.filter((id) => !gone.includes(id));
  return here.length > 0 ? here : [...personIds];
}
