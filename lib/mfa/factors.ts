import { and, eq, isNotNull, isNull, sql, type SQL } from "drizzle-orm";
import { factor } from "@/db/schema/factor";
import { securitySetting } from "@/db/schema/security";
import type { Tx } from "@/db/tenant";

/**
 * Codes that are sent: whoever reads somebody's mail or takes over their number has them too, so an organization must allow
 * them (NIST SP 800-63B-4, 3.1.3.1: mail is no out-of-band channel; 3.1.3.3: the telephone is a restricted one).
 */
export const weakKinds = ["email", "sms"] as const;
export type WeakKind = (typeof weakKinds)[number];
export type StrongKind = "totp" | "passkey";
export type FactorKind = StrongKind | WeakKind;

export type StoredFactor = typeof factor.$inferSelect;

export function isWeak(kind: FactorKind): kind is WeakKind {
  return kind === "email" || kind === "sms";
}

/** What is confirmed, not removed, and of a kind that the organization allows now. */
export function counts(): SQL | undefined {
  const allowed = sql`(${factor.kind} in ('totp', 'passkey') or exists (select 1 from ${securitySetting} where ${factor.kind} = any(${securitySetting.weakFactors})))`;
  return and(isNotNull(factor.confirmedAt), isNull(factor.removedAt), allowed);
}

/** The factors of a person that count. */
export async function factorsOf(tx: Tx, personId: string): Promise<StoredFactor[]> {
  return tx.select().from(factor).where(and(eq(factor.personId, personId), counts())).orderBy(factor.createdAt, factor.id);
}
