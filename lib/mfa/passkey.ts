import {
  type AuthenticationResponseJSON, type AuthenticatorTransport, generateAuthenticationOptions, type PublicKeyCredentialRequestOptionsJSON, verifyAuthenticationResponse,
} from "@simplewebauthn/server";
import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { factor, type SignedAssertion } from "@/db/schema/factor";
import type { Tx } from "@/db/tenant";
import { log } from "@/lib/log";
import { challengeMs, keepChallenge, takeStated } from "./challenge";
import { factorsOf } from "./factors";
import type { ProofPlace } from "./place";
import { relyingParty } from "./relying-party";
import { type About, challengeOf, isAbout, stepUpStatement } from "./statement";

type StoredKey = Pick<typeof factor.$inferSelect, "id" | "credentialId" | "publicKey" | "counter" | "transports">;

/** As far as it must be known which key answers, and is kept of a fresh proof; the library checks the rest. */
const Response = z.looseObject({
  id: z.string().max(1_400),
  rawId: z.string(),
  type: z.literal("public-key"),
  response: z.looseObject({ clientDataJSON: z.string(), authenticatorData: z.string(), signature: z.string() }),
});

/**
 * What the browser asks one of the person's keys to sign, for this session or sign-in; null when they have no key. `about`:
 * what a fresh proof is for, which the challenge commits to.
 */
export async function offerPasskeys(tx: Tx, place: ProofPlace, about: About | null = null): Promise<PublicKeyCredentialRequestOptionsJSON | null> {
  const keys = (await factorsOf(tx, place.personId)).flatMap((each) => (each.credentialId ? [{ id: each.credentialId, transports: transportsOf(each) }] : []));
  if (keys.length === 0) return null;
  const { rpID } = relyingParty();
  const statement = about && stepUpStatement(place, about);
  const asked = statement ? { challenge: Uint8Array.from(challengeOf(statement)) } : {};
  const options = await generateAuthenticationOptions({ rpID, allowCredentials: keys, userVerification: "preferred", timeout: challengeMs, ...asked });
  await keepChallenge(tx, place, "prove", options.challenge, { statement });
  return options;
}

/** `assertion`: null where the challenge was for signing in, which commits to nothing. */
export type TakenPasskey = { factorId: string; assertion: SignedAssertion | null };

/**
 * The key that signed the challenge that was kept for this place, here, and not as a copy would; null when none did, or it was
 * asked for something else than `about`.
 */
export async function takePasskey(tx: Tx, place: ProofPlace, keys: readonly StoredKey[], sent: string, about: About | null = null): Promise<TakenPasskey | null> {
  const asked = await takeStated(tx, place, "prove");
  const response = readResponse(sent);
  const key = keys.find(({ credentialId }) => credentialId !== null && credentialId === response?.id);
  if (!asked || !response || !key?.credentialId || !key.publicKey) return null;
  if (about && (asked.statement === null || !isAbout(asked.statement, about))) return null;
  const { value: expectedChallenge, statement } = asked;
  const { rpID, origin } = relyingParty();
  const credential = { id: key.credentialId, publicKey: Uint8Array.from(key.publicKey), counter: key.counter, transports: transportsOf(key) };
  const checked = await verifyAuthenticationResponse({ response, expectedChallenge, expectedOrigin: origin, expectedRPID: rpID, credential, requireUserVerification: false }).catch(
    (error: unknown) => {
      log.warn({ err: error, factorId: key.id }, "a key's answer was refused");
      return null;
    },
  );
  if (!checked?.verified) return null;
  // The library refuses a counter that went back; of two answers at once with the same one, this lets one through.
  const used = await tx
    .update(factor)
    .set({ counter: checked.authenticationInfo.newCounter, lastUsedAt: sql`now()` })
    .where(and(eq(factor.id, key.id), eq(factor.counter, key.counter)))
    .returning({ id: factor.id });
  if (used.length !== 1) return null;
  const { clientDataJSON, authenticatorData, signature } = response.response;
  const kept = { credentialId: key.credentialId, publicKey: key.publicKey.toString("base64url"), clientDataJSON, authenticatorData, signature, origin, rpId: rpID };
  return { factorId: key.id, assertion: statement === null ? null : { statement, ...kept } };
}

function readResponse(sent: string): AuthenticationResponseJSON | null {
  try {
    const parsed = Response.safeParse(JSON.parse(sent));
    return parsed.success ? (parsed.data as unknown as AuthenticationResponseJSON) : null;
  } catch {
    return null;
  }
}

export function transportsOf({ transports }: { transports: string[] | null }): AuthenticatorTransport[] {
  return (transports ?? []) as AuthenticatorTransport[];
}
