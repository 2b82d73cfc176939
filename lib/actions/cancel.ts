import { and, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import { action, approval } from "@/db/schema/action";
import { run } from "@/db/schema/run";
import { authorize } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import { releaseReservation } from "@/lib/budgets/settle";
import type { Ctx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { publish } from "@/lib/live/publish";
import { transact } from "@/lib/transact";
import type { JobEvent } from "@/lib/jobs/events";
import type { ActionView } from "./schemas";
import { actionView, selectActions } from "./view";

export const CancelActionInput = z.strictObject({ id: z.uuid() });
export type CancelActionInput = z.infer<typeof CancelActionInput>;

/**
 * Withdraws an action that has not begun: its approval is cancelled and its reservation given back. What is cancelled
 * already stays so, and is answered the same.
 * @throws AppError `conflict` once it runs or has ended; a running sandbox is stopped with `stopRun`.
 */
export async function cancelAction(ctx: Ctx, input: CancelActionInput): Promise<ActionView> {
  return transact(ctx, async (tx) => {
    const [row] = await selectActions(tx, eq(action.id, input.id));
    if (!row || (ctx.actor.kind === "agent" && row.agentId !== ctx.actor.id)) {
      authorize(tx, ctx, "actions", "cancel", ctx.actor.kind === "agent" ? { workspaceId: null, agentId: ctx.actor.id } : { workspaceId: null });
      throw notFound("action");
    }
    authorize(tx, ctx, "actions", "cancel", row);
    const [cancelled] = await tx
      .update(action)
      .set({ status: "cancelled", endedAt: sql`now()` })
      .where(and(eq(action.id, row.id), inArray(action.status, ["pending_approval", "allowed"])))
      .returning({ endedAt: action.endedAt });
    if (!cancelled) {
      const [now] = await selectActions(tx, eq(action.id, row.id));
      if (now?.status === "cancelled") return { value: actionView(now), audit: noAudit("it was cancelled before") };
    }
    if (!cancelled) throw conflict(`This action is ${row.status}; only one that has not begun can be cancelled.`, "Stop its run instead.");
    await tx.update(approval).set({ status: "cancelled" }).where(and(eq(approval.actionId, row.id), eq(approval.status, "pending")));
    const ended = await tx
      .update(run)
      .set({ status: "cancelled", reason: "The action was cancelled before it began.", finishedAt: sql`now()` })
      .where(and(eq(run.actionId, row.id), inArray(run.status, ["queued", "waiting_for_runner"])))
      .returning({ id: run.id });
    await releaseReservation(tx, row.id);
    publish(tx, ctx.organizationId, "approvals");
    publish(tx, ctx.organizationId, `action:${row.id}`);
    publish(tx, ctx.organizationId, `tasks:${row.agentId}`);
    const { organizationId } = ctx;
    const send: JobEvent[] = ended.map(({ id }) => ({ name: "run/finished", data: { organizationId, runId: id, agentId: row.agentId } }));
    if (row.approvalId) send.push({ name: "approval/decided", data: { organizationId, approvalId: row.approvalId } });
    return {
      value: actionView({ ...row, status: "cancelled", endedAt: cancelled.endedAt }),
      audit: {
        action: "actions.cancelled",
        resource: { type: "action", id: row.id, name: `${row.tool} ${row.operation}`, workspaceId: row.workspaceId },
        details: { digest: row.digest.toString("hex"), before: row.status },
      },
      send,
    };
  });
}
