import { and, eq, isNotNull, isNull } from "drizzle-orm";
import { factor } from "@/db/schema/factor";
import type { Tx } from "@/db/tenant";

export type FactorKind = "totp" | "passkey";

/** The factors of a person that count: confirmed and not removed. */
export async function factorsOf(tx: Tx, personId: string) {
  return tx
    .select()
    .from(factor)
    .where(and(eq(factor.personId, personId), isNotNull(factor.confirmedAt), isNull(factor.removedAt)))
    .orderBy(factor.createdAt, factor.id);
}

/** Their kinds, each once: what a page may ask for. */
export async function factorKinds(tx: Tx, personId: string): Promise<FactorKind[]> {
  return [...new Set((await factorsOf(tx, personId)).map(({ kind }) => kind))];
}
