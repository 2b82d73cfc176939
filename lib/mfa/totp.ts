import { randomBytes } from "node:crypto";
import { and, eq, lt, sql } from "drizzle-orm";
import { Secret, TOTP } from "otpauth";
import { factor } from "@/db/schema/factor";
import type { Tx } from "@/db/tenant";
import { seal, unseal } from "@/lib/auth/seal";
import { log } from "@/lib/log";

const purpose = "authenticator secret";
const stepSeconds = 30;
/** One step before and after (RFC 6238, 5.2): a clock that is half a minute off, or a slow hand. */
const windowSteps = 1;

/** A new secret of 160 bits (RFC 4226, R6), sealed for its row. */
export function newTotpSecret(factorId: string): { secret: Buffer; sealed: Buffer } {
  const secret = randomBytes(20);
  return { secret, sealed: seal(purpose, factorId, secret) };
}

/** SHA-1, six digits, 30 seconds: what every authenticator app has, whatever else the address says. */
export function totpOf(secret: Uint8Array, email = ""): TOTP {
  return new TOTP({ issuer: "Countersign", label: email, algorithm: "SHA1", digits: 6, period: stepSeconds, secret: new Secret({ buffer: Uint8Array.from(secret).buffer }) });
}

type Stored = { id: string; secret: Buffer | null };

/** Takes a code for one factor: true for exactly one caller, since each step is good once and none before it any more. */
export async function takeTotp(tx: Tx, stored: Stored, code: string): Promise<boolean> {
  const secret = stored.secret && unseal(purpose, stored.id, stored.secret);
  if (!secret) {
    log.warn({ factorId: stored.id }, "an authenticator's secret cannot be opened: AUTH_SECRET is another than when it was set up");
    return false;
  }
  const now = Date.now();
  const delta = totpOf(secret).validate({ token: code, window: windowSteps, timestamp: now });
  if (delta === null) return false;
  const step = Math.floor(now / 1000 / stepSeconds) + delta;
  const taken = await tx
    .update(factor)
    .set({ lastStep: step, lastUsedAt: sql`now()` })
    .where(and(eq(factor.id, stored.id), lt(factor.lastStep, step)))
    .returning({ id: factor.id });
  return taken.length === 1;
}
