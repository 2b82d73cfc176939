import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { freshProof } from "@/db/schema/factor";
import { person, session } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import type { FreshProofVerb } from "@/lib/ability/fresh-proof";
import type { Ctx, PersonCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { acceptedKinds } from "./accepted";
import type { FactorKind } from "./factors";

/** How long a proof waits for what it was given for. */
export const freshProofMs = 5 * 60_000;

export type ProofWay = FactorKind | "password";

/**
 * Lets the caller go on who has proved, in this session, for this verb and this object, that it is them; the proof is spent.
 * With a factor it is asked for; without one the password; and whoever has neither, since another system signs them in,
 * must have come in within the last five minutes. Agents and the portal's own parts have no such proof, and are not asked.
 * @throws AppError `fresh_proof_needed`, which says how it can be given.
 */
export async function requireFreshProof(tx: Tx, ctx: Ctx, verb: FreshProofVerb, object: string): Promise<void> {
  const { actor } = ctx;
  if (actor.kind !== "person") return;
  const spent = await tx
    .update(freshProof)
    .set({ usedAt: sql`now()` })
    .where(and(eq(freshProof.sessionId, actor.sessionId), eq(freshProof.verb, verb), eq(freshProof.object, object), isNull(freshProof.usedAt), gt(freshProof.expiresAt, sql`now()`)))
    .returning({ id: freshProof.id });
  if (spent.length > 0) return;
  const ways = await waysToProve(tx, actor.id);
  if (ways.length === 0 && (await cameInJustNow(tx, actor))) return;
  throw new AppError("fresh_proof_needed", "This needs a fresh proof that it is you.", {
    hint: ways.length > 0 ? "Give it, and what you asked for goes on." : "Sign out, sign in again, and repeat it within five minutes.",
    freshProof: { verb, object, ways },
  });
}

/** By what a person can prove themself: their factors, or the password where they have none that is good enough for it. */
export async function waysToProve(tx: Tx, personId: string): Promise<ProofWay[]> {
  const kinds = await acceptedKinds(tx, personId, "fresh_proof");
  if (kinds.length > 0) return kinds;
  const [row] = await tx.select({ hash: person.passwordHash }).from(person).where(eq(person.id, personId));
  return row?.hash ? ["password"] : [];
}

async function cameInJustNow(tx: Tx, { sessionId }: PersonCtx["actor"]): Promise<boolean> {
  const since = sql`now() - ${`${freshProofMs} milliseconds`}::interval`;
  const rows = await tx.select({ id: session.id }).from(session).where(and(eq(session.id, sessionId), gt(session.provedAt, since)));
  return rows.length > 0;
}
