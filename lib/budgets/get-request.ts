import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { approval, approvalStatuses } from "@/db/schema/action";
import { authorize } from "@/lib/ability/authorize";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { read } from "@/lib/transact";

export const GetBudgetRequestInput = z.strictObject({ id: z.uuid() });
export type GetBudgetRequestInput = z.infer<typeof GetBudgetRequestInput>;

/** A request for more money as the agent that asked sees it. Who decided is the organization's own business. */
export const BudgetRequestView = z.object({
  id: z.uuid(),
  budgetId: z.uuid(),
  /** What was asked for. */
  amountMicros: z.int(),
  /** What was approved of it; null until then. */
  grantedMicros: z.int().nullable(),
  reason: z.string(),
  status: z.enum(approvalStatuses),
  decisionReason: z.string().nullable(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  decidedAt: z.iso.datetime().nullable(),
});
export type BudgetRequestView = z.infer<typeof BudgetRequestView>;

/** What became of a request that this agent made. @throws AppError `not_found`. */
export async function getBudgetRequest(ctx: AgentCtx, input: GetBudgetRequestInput): Promise<BudgetRequestView> {
  return read(ctx, async (tx) => {
    authorize(tx, ctx, "approvals", "request", { workspaceId: ctx.actor.workspaceId, agentId: ctx.actor.id });
    const [row] = await tx
      .select()
      .from(approval)
      .where(and(eq(approval.id, input.id), eq(approval.kind, "budget"), eq(approval.requesterAgentId, ctx.actor.id)));
    if (!row?.budgetRequest) throw notFound("budget request");
    return {
      id: row.id,
      budgetId: row.budgetRequest.budgetId,
      amountMicros: row.budgetRequest.amountMicros,
      grantedMicros: row.status === "approved" ? row.amountMicros : null,
      reason: row.reason,
      status: row.status === "pending" && row.expiresAt <= new Date() ? "expired" : row.status,
      decisionReason: row.decisionReason,
      createdAt: row.createdAt.toISOString(),
      expiresAt: row.expiresAt.toISOString(),
      decidedAt: row.decidedAt?.toISOString() ?? null,
    };
  });
}
