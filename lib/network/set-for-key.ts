import { z } from "zod";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { draftFields, refineDraft, ruleOf } from "./draft";
import { findPlace } from "./place";
import { saveRule } from "./save";

export const SetKeyNetworkInput = z.strictObject({ ...draftFields, version: z.uuid().or(z.literal("")), keyId: z.uuid() }).superRefine(refineDraft);
export type SetKeyNetworkInput = z.output<typeof SetKeyNetworkInput>;

/** Says from where one API key may be used, within what its organization and workspace allow. @throws AppError `conflict` when the rule was changed meanwhile. */
export async function setKeyNetwork(ctx: PersonCtx, { version, keyId, ...draft }: SetKeyNetworkInput): Promise<{ version: string }> {
  return transact(ctx, async (tx) => {
    const place = await findPlace(tx, ctx.organizationId, { keyId });
    authorize(tx, ctx, "keys", "create", { workspaceId: place.workspaceId, agentId: place.agentId });
    await requireFreshProof(tx, ctx, "keys.limit", keyId);
    const saved = await saveRule(tx, ctx, place, ruleOf(draft), version);
    return { value: { version: saved.version }, audit: saved.audit };
  });
}
