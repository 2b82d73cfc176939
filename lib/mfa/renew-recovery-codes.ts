import { z } from "zod";
import { authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { transact } from "@/lib/transact";
import { factorsOf } from "./factors";
import { requireFreshProof } from "./fresh-proof";
import { makeRecoveryCodes } from "./recovery";

export const RenewRecoveryCodesInput = z.strictObject({});
export type RenewRecoveryCodesInput = z.infer<typeof RenewRecoveryCodesInput>;

/** Makes ten new recovery codes for the caller, shown once; the old ones are worth nothing. */
export async function renewRecoveryCodes(ctx: PersonCtx): Promise<{ recoveryCodes: string[] }> {
  const { id: personId, email } = ctx.actor;
  return transact(ctx, async (tx) => {
    authorizeSelf(tx, ctx, personId);
    if ((await factorsOf(tx, personId)).length === 0) throw conflict("Recovery codes stand in for a second factor, and you have none.", "Set up an authenticator app or a key first.");
    await requireFreshProof(tx, ctx, "factors.renew_codes", personId);
    const recoveryCodes = await makeRecoveryCodes(tx, { organizationId: ctx.organizationId, personId });
    return { value: { recoveryCodes }, audit: { action: "people.recovery_codes_renewed", resource: { type: "person", id: personId, name: email } } };
  });
}
