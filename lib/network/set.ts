import { z } from "zod";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { draftFields, refineDraft, ruleOf } from "./draft";
import { findPlace } from "./place";
import { saveRule } from "./save";

/** `version`: of the rule that its author saw; empty where there was none. */
export const SetNetworkRuleInput = z.strictObject({ ...draftFields, version: z.uuid().or(z.literal("")), workspaceId: z.uuid().optional() }).superRefine(refineDraft);
export type SetNetworkRuleInput = z.output<typeof SetNetworkRuleInput>;

/**
 * Says from where the organization, or one workspace of it, may be used. It holds from the next request on.
 * @throws AppError `conflict` when the rule was changed meanwhile, or would shut out who makes it.
 */
export async function setNetworkRule(ctx: PersonCtx, { version, workspaceId, ...draft }: SetNetworkRuleInput): Promise<{ version: string }> {
  return transact(ctx, async (tx) => {
    const place = await findPlace(tx, ctx.organizationId, workspaceId ? { workspaceId } : {});
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "network.update", place.scopeId);
    const saved = await saveRule(tx, ctx, place, ruleOf(draft), version);
    return { value: { version: saved.version }, audit: saved.audit };
  });
}
