import { generateRegistrationOptions, type PublicKeyCredentialCreationOptionsJSON } from "@simplewebauthn/server";
import { z } from "zod";
import { authorizeSelf } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { requireRoom } from "./begin-totp";
import { challengeMs, keepChallenge } from "./challenge";
import { factorsOf } from "./factors";
import { requireFreshProof } from "./fresh-proof";
import { transportsOf } from "./passkey";
import { relyingParty } from "./relying-party";

export const BeginPasskeyInput = z.strictObject({});
export type BeginPasskeyInput = z.infer<typeof BeginPasskeyInput>;

/** What the browser asks a new key of the caller to sign (WebAuthn Level 3, 7.1); a key that they have already is not asked. */
export async function beginPasskey(ctx: PersonCtx): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { id: personId, email, name, sessionId } = ctx.actor;
  const { rpID, rpName } = relyingParty();
  return transact(ctx, async (tx) => {
    authorizeSelf(tx, ctx, personId);
    await requireFreshProof(tx, ctx, "factors.add", personId);
    await requireRoom(tx, personId);
    const known = (await factorsOf(tx, personId)).flatMap((each) => (each.credentialId ? [{ id: each.credentialId, transports: transportsOf(each) }] : []));
    const options = await generateRegistrationOptions({
      rpID,
      rpName,
      userName: email,
      userDisplayName: name,
      userID: new TextEncoder().encode(personId),
      timeout: challengeMs,
      attestationType: "none",
      excludeCredentials: known,
      authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
    });
    await keepChallenge(tx, { organizationId: ctx.organizationId, personId, boundTo: sessionId }, "enrol", options.challenge);
    return { value: options, audit: noAudit("it counts for nothing until a key has signed it") };
  });
}
