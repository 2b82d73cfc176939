import { and, asc, eq, isNull, lt, sql } from "drizzle-orm";
import { action } from "@/db/schema/action";
import { reservation } from "@/db/schema/budget";
import { run } from "@/db/schema/run";
import type { Tx } from "@/db/tenant";
import { authorizeSystem } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { publish } from "@/lib/live/publish";
import { read, transact } from "@/lib/transact";
import { releaseReservation, settleReservation } from "./settle";

const perTick = 500;

/**
 * Ends reservations past their expiry whose work is not under way in the sandbox. A grant that was never taken is given
 * back; one that was taken and never reported is settled at what was reserved, since the money may well be gone.
 * @returns how many were ended.
 */
export async function expireReservations(ctx: Ctx): Promise<number> {
  const due = await read(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "budgets", "view");
    return selectDue(tx).orderBy(asc(reservation.expiresAt), asc(reservation.id)).limit(perTick);
  });
  let ended = 0;
  for (const { actionId } of due) if (await expireOne(ctx, actionId)) ended += 1;
  return ended;
}

function selectDue(tx: Tx, actionId?: string) {
  return tx
    .select({ actionId: action.id, agentId: action.agentId, tool: action.tool, workspaceId: action.workspaceId, grantUsedAt: action.grantUsedAt, amountMicros: reservation.amountMicros })
    .from(reservation)
    .innerJoin(action, eq(action.id, reservation.actionId))
    .leftJoin(run, and(eq(run.actionId, action.id), isNull(run.finishedAt)))
    .where(
      and(
        eq(reservation.status, "held"),
        lt(reservation.expiresAt, sql`now()`),
        // What waits for a person is the approval clock's to end.
        sql`${action.status} <> 'pending_approval'`,
        isNull(run.id),
        actionId === undefined ? undefined : eq(action.id, actionId),
      ),
    )
    .$dynamic();
}

/**
 * One transaction each: the windows of many actions, locked by one transaction in whatever order they come, would wait for
 * a decision that locks some of them in another.
 */
async function expireOne(ctx: Ctx, actionId: string): Promise<boolean> {
  return transact<boolean>(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "budgets", "view");
    // The action first, as everything that ends one does; what was due is read again under its lock.
    await tx.select({ id: action.id }).from(action).where(eq(action.id, actionId)).for("update");
    const [row] = await selectDue(tx, actionId);
    if (!row) return { value: false, audit: noAudit("it was ended or moved on meanwhile") };
    const used = row.grantUsedAt !== null;
    if (used) await settleReservation(tx, row.actionId, row.amountMicros);
    else await releaseReservation(tx, row.actionId, "expired");
    await tx
      .update(action)
      .set({
        status: used ? "failed" : "expired",
        actualCostMicros: used ? row.amountMicros : 0,
        outcome: { reason: used ? "No outcome was reported in time; the reserved amount was charged." : "It was not carried out in time." },
        endedAt: sql`now()`,
      })
      .where(and(eq(action.id, row.actionId), isNull(action.endedAt)));
    publish(tx, ctx.organizationId, `action:${row.actionId}`);
    publish(tx, ctx.organizationId, `tasks:${row.agentId}`);
    return {
      value: true,
      audit: {
        action: "reservations.expired",
        resource: { type: "action", id: row.actionId, name: row.tool, workspaceId: row.workspaceId },
        details: { amountMicros: row.amountMicros, charged: used },
      },
    };
  });
}
