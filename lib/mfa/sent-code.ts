import { createHmac, hkdfSync, randomInt } from "node:crypto";
import { and, eq, isNotNull, sql } from "drizzle-orm";
import { z } from "zod";
import { factor } from "@/db/schema/factor";
import { person } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { unseal } from "@/lib/auth/seal";
import { env } from "@/lib/env";
import { keepChallenge, takeChallenge } from "./challenge";
import type { StoredFactor, WeakKind } from "./factors";
import type { ProofPlace } from "./place";

export const codeMinutes = 10;
export const phonePurpose = "phone number";

/** As it is typed, with or without the blank in its middle. */
export const sentCodeSchema = z
  .string()
  .max(20)
  .transform((typed) => typed.replace(/[\s-]/g, ""))
  .pipe(z.string().regex(/^\d{8}$/, "is the eight digits that were sent to you"));

type Addressed = Pick<StoredFactor, "id" | "personId" | "kind" | "secret">;

/** Where codes for a factor go: the person's address as it is now and if it is proven, or their number; null: nowhere now. */
export async function destinationOf(tx: Tx, { id, personId, kind, secret }: Addressed): Promise<string | null> {
  if (kind === "sms") return (secret && unseal(phonePurpose, id, secret)?.toString()) ?? null;
  if (kind !== "email") return null;
  const [row] = await tx.select({ email: person.email }).from(person).where(and(eq(person.id, personId), isNotNull(person.emailVerifiedAt)));
  return row?.email ?? null;
}

/** Makes a code of eight digits, good once and for ten minutes, in this place alone; the one before it ends. */
export async function keepSentCode(tx: Tx, place: ProofPlace, kind: WeakKind, to: string): Promise<string> {
  const code = String(randomInt(100_000_000)).padStart(8, "0");
  await keepChallenge(tx, place, kind, hashOf(place, to, code), { lifeMs: codeMinutes * 60_000 });
  return code;
}

/** Takes a code that was sent for this place to where its factor's codes go now: true for exactly one caller. A wrong one spends nothing. */
export async function takeSentCode(tx: Tx, place: ProofPlace, stored: Addressed, code: string): Promise<boolean> {
  const to = await destinationOf(tx, stored);
  if (!to || (stored.kind !== "email" && stored.kind !== "sms")) return false;
  if ((await takeChallenge(tx, place, stored.kind, hashOf(place, to, code))) === null) return false;
  await tx.update(factor).set({ lastUsedAt: sql`now()` }).where(eq(factor.id, stored.id));
  return true;
}

/**
 * Eight digits are found from a bare hash at once, so it is keyed. The address is part of it: a code that was sent to one
 * that the person does not have any more is worth nothing.
 */
function hashOf({ boundTo }: ProofPlace, to: string, code: string): string {
  const key = Buffer.from(hkdfSync("sha256", env().AUTH_SECRET, "", "countersign sent code v1", 32));
  return createHmac("sha256", key).update(`${boundTo}\n${to}\n${code}`).digest("hex");
}
