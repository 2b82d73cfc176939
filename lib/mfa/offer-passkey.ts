import type { PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/server";
import { z } from "zod";
import { authorizeSelf } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { transact } from "@/lib/transact";
import { offerPasskeys } from "./passkey";
import { proofVerbs } from "./prove";

/** What the proof is for, as the refusal named it. */
export const OfferPasskeyInput = z.strictObject({ verb: z.enum(proofVerbs), object: z.string().min(1).max(200) });
export type OfferPasskeyInput = z.infer<typeof OfferPasskeyInput>;

/** What the browser asks one of the caller's keys to sign, to prove in this session that it is them, for one thing alone. */
export async function offerPasskey(ctx: PersonCtx, about: OfferPasskeyInput): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { id: personId, sessionId } = ctx.actor;
  return transact(ctx, async (tx) => {
    authorizeSelf(tx, ctx, personId);
    const options = await offerPasskeys(tx, { organizationId: ctx.organizationId, personId, boundTo: sessionId }, about);
    if (!options) throw conflict("You have no passkey or security key.", "Use another way.");
    return { value: options, audit: noAudit("a question is no change") };
  });
}
