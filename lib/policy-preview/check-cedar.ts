import { z } from "zod";
import { authorize } from "@/lib/ability/authorize";
import { type CedarReport, checkPolicies } from "@/lib/cedar/check";
import { CedarContent } from "@/lib/cedar/content";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { requirePlace } from "@/lib/governance/place";
import { read } from "@/lib/transact";

export const CheckCedarInput = z.strictObject({ scopeType: z.enum(["organization", "workspace"]), scopeId: z.uuid(), content: CedarContent });
export type CheckCedarInput = z.output<typeof CheckCedarInput>;

/** What is wrong with a text of policies, how it looks in Cedar's own layout, and how its tests come out; for who may publish it there. */
export async function checkCedar(ctx: PersonCtx, { content, ...place }: CheckCedarInput): Promise<CedarReport> {
  await read(ctx, async (tx) => {
    const { workspaceId } = await requirePlace(tx, ctx.organizationId, { kind: "cedar", ...place });
    authorize(tx, ctx, "policies", "update", { workspaceId });
  });
  return checkPolicies(content, place);
}
