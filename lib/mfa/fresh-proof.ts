import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { freshProof, type SignedAssertion } from "@/db/schema/factor";
import { person, session } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import type { FreshProofVerb } from "@/lib/ability/fresh-proof";
import type { Json } from "@/lib/audit/actions";
import type { Ctx, PersonCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { acceptedKinds } from "./accepted";
import type { FactorKind } from "./factors";
import { assertionHash } from "./statement";

/** How long a proof waits for what it was given for. */
export const freshProofMs = 5 * 60_000;

export type ProofWay = FactorKind | "password";

/** The proof that was spent on something. `id` null: its person had come in just now, which was proof enough. */
export type SpentProof = { id: string | null; method: string; provedAt: Date; factorId: string | null; assertion: SignedAssertion | null };

/** What an event says of the proof that was spent on it: enough to find it, and to tell if it was changed. */
export function proofDetails(proof: SpentProof | null): Json {
  if (!proof) return null;
  const { id, method, factorId, assertion } = proof;
  return { id, method, factor: factorId, provedAt: proof.provedAt.toISOString(), assertionSha256: assertion && assertionHash(assertion) };
}

/**
 * Lets the caller go on who has proved, in this session, for this verb and this object, that it is them; the proof is spent.
 * With a factor it is asked for; without one the password; and whoever has neither, since another system signs them in,
 * must have come in within the last five minutes. Agents and the portal's own parts have no such proof, and are not asked.
 * Gives the proof, for the event of what it was spent on.
 * @throws AppError `fresh_proof_needed`, which says how it can be given.
 */
export async function requireFreshProof(tx: Tx, ctx: Ctx, verb: FreshProofVerb, object: string): Promise<SpentProof | null> {
  const { actor } = ctx;
  if (actor.kind !== "person") return null;
  if (ctx.chat) throw new AppError("fresh_proof_needed", "This needs a fresh proof that it is you, which nobody can give in a chat.", { hint: "Do it in the portal." });
  const spent = await tx
    .update(freshProof)
    .set({ usedAt: sql`now()` })
    .where(and(eq(freshProof.sessionId, actor.sessionId), eq(freshProof.verb, verb), eq(freshProof.object, object), isNull(freshProof.usedAt), gt(freshProof.expiresAt, sql`now()`)))
    .returning({ id: freshProof.id, method: freshProof.method, provedAt: freshProof.createdAt, factorId: freshProof.factorId, assertion: freshProof.assertion });
  // Of several that were given for the same thing, one that anybody can check is the best to remember.
  const best = spent.find(({ assertion }) => assertion !== null) ?? spent[0];
  if (best) return best;
  const ways = await waysToProve(tx, actor.id);
  const cameInAt = ways.length === 0 ? await cameInJustNow(tx, actor) : null;
  if (cameInAt) return { id: null, method: "sign_in", provedAt: cameInAt, factorId: null, assertion: null };
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

async function cameInJustNow(tx: Tx, { sessionId }: PersonCtx["actor"]): Promise<Date | null> {
  const since = sql`now() - ${`${freshProofMs} milliseconds`}::interval`;
  const [row] = await tx.select({ provedAt: session.provedAt }).from(session).where(and(eq(session.id, sessionId), gt(session.provedAt, since)));
  return row?.provedAt ?? null;
}
