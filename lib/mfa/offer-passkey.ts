import type { PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/server";
import { z } from "zod";
import { authorizeSelf } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { transact } from "@/lib/transact";
import { offerPasskeys } from "./passkey";

export const OfferPasskeyInput = z.strictObject({});
export type OfferPasskeyInput = z.infer<typeof OfferPasskeyInput>;

/** What the browser asks one of the caller's keys to sign, to prove in this session that it is them. */
export async function offerPasskey(ctx: PersonCtx): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { id: personId, sessionId } = ctx.actor;
  return transact(ctx, async (tx) => {
    authorizeSelf(tx, ctx, personId);
    const options = await offerPasskeys(tx, { organizationId: ctx.organizationId, personId, boundTo: sessionId });
    if (!options) throw conflict("You have no passkey or security key.", "Use another way.");
    return { value: options, audit: noAudit("a question is no change") };
  });
}
