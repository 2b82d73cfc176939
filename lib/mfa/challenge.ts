import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { challenge } from "@/db/schema/factor";
import type { Tx } from "@/db/tenant";
import { newId } from "@/lib/id";
import type { ProofPlace } from "./place";

/** As long as a person needs to find their key. */
export const challengeMs = 5 * 60_000;

type Kind = (typeof challenge.$inferInsert)["kind"];

/** Keeps a challenge; the ones that the same session or sign-in asked for before are worth nothing from now on. */
export async function keepChallenge(tx: Tx, place: ProofPlace, kind: Kind, value: string, { lifeMs = challengeMs, statement = null }: { lifeMs?: number; statement?: string | null } = {}): Promise<void> {
  await takeChallenge(tx, place, kind);
  const expiresAt = sql`now() + ${`${lifeMs} milliseconds`}::interval`;
  await tx.insert(challenge).values({ id: newId(), ...place, kind, value, statement, expiresAt });
}

/**
 * Takes the open challenge: given to one caller, once; null when there is none, or it is too old.
 * @param value taken only if it is this one; any other stays open.
 */
export async function takeChallenge(tx: Tx, place: ProofPlace, kind: Kind, value?: string): Promise<string | null> {
  return (await takeStated(tx, place, kind, value))?.value ?? null;
}

/** As `takeChallenge`, with what the challenge commits to. */
export async function takeStated(tx: Tx, { personId, boundTo }: ProofPlace, kind: Kind, value?: string): Promise<{ value: string; statement: string | null } | null> {
  const [taken] = await tx
    .update(challenge)
    .set({ usedAt: sql`now()` })
    .where(and(eq(challenge.boundTo, boundTo), eq(challenge.personId, personId), eq(challenge.kind, kind), isNull(challenge.usedAt), gt(challenge.expiresAt, sql`now()`), value === undefined ? undefined : eq(challenge.value, value)))
    .returning({ value: challenge.value, statement: challenge.statement });
  return taken ?? null;
}
