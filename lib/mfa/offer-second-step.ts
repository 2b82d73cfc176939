import type { PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/server";
import { z } from "zod";
import { authorize } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { RequestInfo } from "@/lib/ctx/person";
import { systemCtx } from "@/lib/ctx/system";
import { type Change, transact } from "@/lib/transact";
import { ended } from "./complete-sign-in";
import { offerPasskeys } from "./passkey";
import { findPending, lockPending } from "./pending";

export const OfferSecondStepInput = z.strictObject({});

/**
 * What the browser asks a key to sign in the second step of signing in.
 * @throws AppError `gone` when there is nothing to complete, or the person has no key.
 */
export async function offerSecondStep(info: RequestInfo, token: string): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const found = await findPending(token);
  if (!found) throw ended();
  const ctx = systemCtx("sign-in", found.organizationId, info);
  const options = await transact(ctx, async (tx): Promise<Change<PublicKeyCredentialRequestOptionsJSON | null>> => {
    authorize(tx, ctx, "sessions", "view", { workspaceId: null });
    const row = await lockPending(tx, found.id);
    const value = row ? await offerPasskeys(tx, { organizationId: found.organizationId, personId: row.personId, boundTo: row.id }) : null;
    return { value, audit: noAudit("a question is no change") };
  });
  if (!options) throw ended();
  return options;
}
