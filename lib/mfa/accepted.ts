import type { Tx } from "@/db/tenant";
import { loadSecuritySetting } from "@/lib/security/load";
import { factorDueAt } from "./due";
import { type FactorKind, factorsOf, isWeak } from "./factors";

/** What a factor is shown for: the second step of signing in, or a fresh proof. */
export type Use = "sign_in" | "fresh_proof";

/**
 * By which kinds of their factors a person proves themself. Unless the organization says otherwise, a code that is sent is no
 * fresh proof, and no way past a stronger factor where a role requires one: nobody chooses the weaker one of two in the
 * place of its person.
 */
export async function acceptedKinds(tx: Tx, personId: string, use: Use): Promise<FactorKind[]> {
  const [factors, { weakFactorsCount }] = await Promise.all([factorsOf(tx, personId), loadSecuritySetting(tx)]);
  const kinds = [...new Set(factors.map(({ kind }) => kind))];
  const strong = kinds.filter((kind) => !isWeak(kind));
  if (weakFactorsCount || strong.length === kinds.length) return kinds;
  if (use === "fresh_proof") return strong;
  return strong.length > 0 && (await factorDueAt(tx, personId)) ? strong : kinds;
}
