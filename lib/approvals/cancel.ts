import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { approval } from "@/db/schema/action";
import { authorize, authorizeAnywhere, authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { publish } from "@/lib/live/publish";
import { transact } from "@/lib/transact";
import { endWaitingAction, lockAction } from "./end-action";
import { approvalName, selectApproval } from "./row";
import { mayWithdrawOwn } from "./rules";

export const CancelApprovalInput = z.strictObject({ id: z.uuid() });
export type CancelApprovalInput = z.infer<typeof CancelApprovalInput>;

/**
 * Withdraws a request that nobody decided yet: the person who asked, or whose agent asked, while they may ask at all; and
 * for actions also whoever may cancel the agent's actions.
 * @throws AppError `conflict` once it was decided.
 */
export async function cancelApproval(ctx: PersonCtx, input: CancelApprovalInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    const row = await selectApproval(tx, input.id);
    if (!row) {
      authorizeAnywhere(tx, ctx, "approvals", "view");
      throw notFound("request");
    }
    if (mayWithdrawOwn(ctx, row)) authorizeSelf(tx, ctx, ctx.actor.id);
    else if (row.kind === "action" || row.kind === "spawn") authorize(tx, ctx, "actions", "cancel", { workspaceId: row.workspaceId, agentId: row.agentId });
    else authorize(tx, ctx, "budgets", "set", { workspaceId: row.workspaceId });
    await lockAction(tx, row.actionId);
    const [cancelled] = await tx
      .update(approval)
      .set({ status: "cancelled" })
      .where(and(eq(approval.id, row.id), eq(approval.status, "pending")))
      .returning({ id: approval.id });
    if (!cancelled) throw conflict(`This request is ${row.status} already.`, "Nothing is left to withdraw.");
    const { organizationId } = ctx;
    const follow = row.actionId
      ? await endWaitingAction(tx, organizationId, row.actionId, { status: "cancelled", runReason: "The request for it was withdrawn." })
      : [];
    publish(tx, organizationId, "approvals");
    return {
      value: { id: row.id },
      audit: {
        action: "approvals.cancelled",
        resource: { type: "approval", id: row.id, name: approvalName(row), workspaceId: row.workspaceId },
        details: { kind: row.kind, digest: row.digest.toString("hex"), amountMicros: row.amountMicros, actionId: row.actionId },
      },
      send: [{ name: "approval/decided", data: { organizationId, approvalId: row.id } }, ...follow],
    };
  });
}
