import { z } from "zod";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import { selectApproval } from "@/lib/approvals/row";
import { whoCanDecide } from "@/lib/approvals/who-can-decide";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { read } from "@/lib/transact";
import { ApprovalsContent } from "./content";
import { approvalLayers } from "./layers";
import { approvalPlan, fits } from "./plan";

export const TryApprovalsInput = z.strictObject({
  scopeType: z.enum(["organization", "workspace"]),
  scopeId: z.uuid(),
  /** What is not published yet, and is tried at that level in place of what is in force. */
  content: ApprovalsContent,
  approvalId: z.uuid(),
});
export type TryApprovalsInput = z.infer<typeof TryApprovalsInput>;

/** What approval policies that are not in force yet would have said of a past request: which rules fit, what follows, and who could decide it now. */
export async function tryApprovals(ctx: PersonCtx, input: TryApprovalsInput) {
  return read(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "policies", "view");
    const row = await selectApproval(tx, input.approvalId);
    if (!row) throw notFound("request");
    authorize(tx, ctx, "approvals", "view", { workspaceId: row.workspaceId, agentId: row.agentId });
    const here = input.scopeType === "organization" ? ctx.organizationId : row.workspaceId;
    const inForce = await approvalLayers(tx, row.workspaceId);
    const draft = { scopeType: input.scopeType, scopeId: input.scopeId, version: 0, content: input.content };
    const layers = input.scopeId === here ? [...inForce.filter((layer) => layer.scopeId !== input.scopeId), draft].sort((a, b) => a.scopeType.localeCompare(b.scopeType)) : inForce;
    const facts = { kind: row.kind, tool: row.tool, risk: row.risk, costMicros: row.amountMicros, workspaceId: row.workspaceId, agentId: row.agentId };
    const answer = approvalPlan(layers, facts);
    const fresh = { ...row, status: "pending" as const, stage: 0, escalated: 0, decisions: [], usedAccounts: [] };
    return {
      concerns: input.scopeId === here,
      fitting: input.content.rules.filter((rule) => fits(rule, facts)).map(({ id }) => id),
      outcome: answer.outcome,
      message: answer.outcome === "ask" ? null : answer.message,
      sources: answer.sources.map(({ ruleName, scopeType }) => ({ ruleName, scopeType })),
      who: answer.outcome === "ask" ? await whoCanDecide(tx, { ...fresh, plan: answer.plan }) : null,
    };
  });
}

export type ApprovalsTrial = Awaited<ReturnType<typeof tryApprovals>>;
