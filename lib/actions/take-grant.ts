import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { action } from "@/db/schema/action";
import { authorize } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import { holdUntilReported } from "@/lib/budgets/settle";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { transact } from "@/lib/transact";
import { isSandboxTool } from "./sandbox-arguments";
import type { ActionView } from "./schemas";
import { takeTurn } from "./task-queue";
import { useGrant } from "./use-grant";
import { actionView, selectActions } from "./view";

export const TakeGrantInput = z.strictObject({ id: z.uuid() });
export type TakeGrantInput = z.infer<typeof TakeGrantInput>;

/**
 * Gives the agent its single-use grant to carry out an allowed or approved action itself. What was decided is checked
 * again in the same statement that marks it used. Where as much of the agent's is under way as its policy lets be, nothing
 * begins: the action stays `allowed` and says its place in `queue`; ask again when it is its turn.
 * @throws AppError `conflict` when it was used, has expired, waits for a decision, or is not allowed any longer; `locked`.
 */
export async function takeGrant(ctx: AgentCtx, input: TakeGrantInput): Promise<ActionView> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "actions", "report", { workspaceId: ctx.actor.workspaceId, agentId: ctx.actor.id });
    const [row] = await selectActions(tx, and(eq(action.id, input.id), eq(action.agentId, ctx.actor.id)));
    if (!row) throw notFound("action");
    if (isSandboxTool(row.tool)) throw conflict("The portal runs this action in the sandbox.", "Follow its run instead of carrying it out.");
    if (row.status === "pending_approval") throw conflict("This action still waits for approval.", "Wait for the decision, then take the grant.");
    if (row.status === "allowed" && !(await takeTurn(tx, ctx.actor.id, row.id))) {
      const [waiting] = await selectActions(tx, eq(action.id, row.id));
      return { value: actionView(waiting ?? row), audit: noAudit("it waits for its turn; nothing was begun") };
    }
    const used = await useGrant(tx, row.id);
    await holdUntilReported(tx, row.id);
    return {
      value: actionView({ ...row, status: "running" }),
      audit: {
        action: "actions.grant_used",
        resource: { type: "action", id: row.id, name: `${row.tool} ${row.operation}`, workspaceId: row.workspaceId },
        details: { digest: row.digest.toString("hex"), policyVersion: used.policyVersion },
        ...(used.approvalId ? { approval: { id: used.approvalId, required: true, by: used.decidedBy, policyVersion: row.policyVersion } } : {}),
      },
    };
  }, { turn: "shared" });
}
