import { createHash } from "node:crypto";
import { and, eq, gt, isNull, sql, type SQL } from "drizzle-orm";
import { pendingSignIn } from "@/db/schema/factor";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { secondStepMs } from "@/lib/auth/second-step-cookie";
import { hashToken, newToken, tokenSchema } from "@/lib/auth/token";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";

/** Where a pending sign-in is, by its token; null for one that nobody was given. */
export async function findPending(token: string): Promise<{ organizationId: string; id: string } | null> {
  if (!tokenSchema.safeParse(token).success) return null;
  const [found] = await database().sql<{ organizationId: string; id: string }[]>`
    select organization_id as "organizationId", pending_id as id from gate_pending_sign_in(${hashToken(token)})`;
  return found ?? null;
}

/** By what the first step was taken; of an identity provider's, the way there and back. */
type FirstStep = { method: "password" | "oidc" | "saml"; ssoLoginId: string | null };

/** Keeps that somebody's first step was right; gives the token by which their browser goes on. */
export async function keepPending(tx: Tx, organizationId: string, who: { id: string; passwordHash: string | null }, first: FirstStep = { method: "password", ssoLoginId: null }): Promise<string> {
  const { token, hash } = newToken();
  const passwordDigest = createHash("sha256").update(who.passwordHash ?? "").digest();
  const expiresAt = sql`now() + ${`${secondStepMs} milliseconds`}::interval`;
  await tx.insert(pendingSignIn).values({ id: newId(), organizationId, personId: who.id, tokenHash: hash, passwordDigest, expiresAt, ...first });
  return token;
}

/** The pending sign-in with its person, while it may be completed; held, so that it is completed once. */
export async function lockPending(tx: Tx, id: string) {
  const [row] = await tx
    .select({ id: pendingSignIn.id, personId: person.id, email: person.email, name: person.name, expiresAt: pendingSignIn.expiresAt, passwordDigest: pendingSignIn.passwordDigest, method: pendingSignIn.method, ssoLoginId: pendingSignIn.ssoLoginId })
    .from(pendingSignIn)
    .innerJoin(person, eq(person.id, pendingSignIn.personId))
    .where(and(eq(pendingSignIn.id, id), isNull(pendingSignIn.usedAt), gt(pendingSignIn.expiresAt, sql`now()`), eq(person.status, "active")))
    .for("update", { of: pendingSignIn });
  return row ?? null;
}

export async function endPending(tx: Tx, id: string): Promise<void> {
  await tx.update(pendingSignIn).set({ usedAt: sql`now()` }).where(eq(pendingSignIn.id, id));
}

/** The password is still the one that was proved. */
export function samePassword(passwordDigest: Buffer): SQL {
  return sql`sha256(convert_to(coalesce(${person.passwordHash}, ''), 'UTF8')) = ${passwordDigest}`;
}
