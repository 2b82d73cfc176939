import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { action } from "@/db/schema/action";
import { agent } from "@/db/schema/agent";
import { authorize } from "@/lib/ability/authorize";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { transact } from "@/lib/transact";
import { isSandboxTool } from "./sandbox-arguments";
import type { ActionView } from "./schemas";
import { useApproval } from "./use-approval";
import { actionView, selectActions } from "./view";

export const TakeGrantInput = z.strictObject({ id: z.uuid() });
export type TakeGrantInput = z.infer<typeof TakeGrantInput>;

/**
 * Gives the agent its single-use grant to carry out an allowed or approved action itself. What was approved is checked
 * again in the same statement that marks it used.
 * @throws AppError `conflict` when it was used, has expired, or waits for a decision.
 */
export async function takeGrant(ctx: AgentCtx, input: TakeGrantInput): Promise<ActionView> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "actions", "report", { workspaceId: ctx.actor.workspaceId, agentId: ctx.actor.id });
    const [row] = await selectActions(tx, and(eq(action.id, input.id), eq(action.agentId, ctx.actor.id)));
    if (!row) throw notFound("action");
    if (isSandboxTool(row.tool)) throw conflict("The portal runs this action in the sandbox.", "Follow its run instead of carrying it out.");
    if (row.status === "pending_approval") throw conflict("This action still waits for approval.", "Wait for the decision, then take the grant.");
    if (row.approvalId) await useApproval(tx, { actionId: row.id, approvalId: row.approvalId });
    const [used] = await tx
      .update(action)
      .set({ grantUsedAt: sql`now()`, status: "running" })
      .where(and(eq(action.id, row.id), eq(action.status, "allowed"), isNull(action.grantUsedAt), sql`${action.grantExpiresAt} > now()`,
        sql`exists (select 1 from ${agent} where ${agent.id} = ${action.agentId} and ${agent.status} = 'active')`))
      .returning({ id: action.id });
    if (!used) throw conflict(`This action is ${row.status}; its grant cannot be taken.`, "A grant is good once and for a short time; submit the action again.");
    return {
      value: actionView({ ...row, status: "running" }),
      audit: {
        action: "actions.grant_used",
        resource: { type: "action", id: row.id, name: `${row.tool} ${row.operation}`, workspaceId: row.workspaceId },
        details: { digest: row.digest.toString("hex"), policyVersion: row.policyVersion },
        ...(row.approvalId ? { approval: { id: row.approvalId, required: true, policyVersion: row.policyVersion } } : {}),
      },
    };
  });
}

