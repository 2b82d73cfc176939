import { createHash } from "node:crypto";
import { type RegistrationResponseJSON, verifyRegistrationResponse } from "@simplewebauthn/server";
import { z } from "zod";
import { factor } from "@/db/schema/factor";
import { authorizeSelf } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, conflict } from "@/lib/errors";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { takeChallenge } from "./challenge";
import { confirmFactor, type Confirmed } from "./confirm-factor";
import { relyingParty } from "./relying-party";

/** As far as it must be known here; the library checks the rest. */
const Registration = z.looseObject({ id: z.string(), rawId: z.string(), type: z.literal("public-key"), response: z.looseObject({ clientDataJSON: z.string(), attestationObject: z.string() }) });

export const ConfirmPasskeyInput = z.strictObject({ name: cleanText({ max: 60 }), response: z.string().min(2).max(16_000) });
export type ConfirmPasskeyInput = z.infer<typeof ConfirmPasskeyInput>;

/**
 * Adds a passkey or security key that signed what this session asked for. The first factor comes with recovery codes.
 * @throws AppError `invalid_input` when it signed something else, or for another address; `conflict` for a key that is known.
 */
export async function confirmPasskey(ctx: PersonCtx, { name, response }: ConfirmPasskeyInput): Promise<Confirmed> {
  const { organizationId } = ctx;
  const { id: personId, sessionId } = ctx.actor;
  const confirmed = await transact<Confirmed | null>(ctx, async (tx) => {
    authorizeSelf(tx, ctx, personId);
    const expectedChallenge = await takeChallenge(tx, { organizationId, personId, boundTo: sessionId }, "enrol");
    const credential = expectedChallenge ? await verified(response, expectedChallenge) : null;
    if (!credential) return { value: null, audit: noAudit("nothing was added") };
    const added = { id: newId(), kind: "passkey" as const, name };
    const rows = await tx
      .insert(factor)
      .values({ ...added, organizationId, personId, credentialId: credential.id, publicKey: Buffer.from(credential.publicKey), counter: credential.counter, transports: credential.transports ?? [] })
      .onConflictDoNothing()
      .returning({ id: factor.id });
    if (rows.length === 0) throw conflict("This key is registered already.");
    const key = { credentialId: credential.id, publicKeySha256: createHash("sha256").update(credential.publicKey).digest("hex") };
    return confirmFactor(tx, ctx, { ...added, key });
  });
  if (!confirmed) throw new AppError("invalid_input", "The key was not accepted.", { hint: "Begin again, and answer on the key within five minutes." });
  return confirmed;
}

async function verified(sent: string, expectedChallenge: string) {
  const { rpID, origin } = relyingParty();
  try {
    const response = Registration.parse(JSON.parse(sent)) as unknown as RegistrationResponseJSON;
    const checked = await verifyRegistrationResponse({ response, expectedChallenge, expectedOrigin: origin, expectedRPID: rpID, requireUserVerification: false });
    return checked.verified ? checked.registrationInfo.credential : null;
  } catch (error) {
    log.warn({ err: error }, "a new key was refused");
    return null;
  }
}
