import { and, eq, isNull, lt, sql } from "drizzle-orm";
import { action } from "@/db/schema/action";
import { reservation } from "@/db/schema/budget";
import { run } from "@/db/schema/run";
import type { Tx } from "@/db/tenant";
import { authorizeSystem } from "@/lib/ability/authorize";
import { noAudit, type AuditEntry } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { releaseReservation, settleReservation } from "./settle";

const perTick = 500;

/**
 * Ends reservations past their expiry whose work is not under way in the sandbox. A grant that was never taken is given
 * back; one that was taken and never reported is settled at what was reserved, since the money may well be gone.
 * @returns how many were ended.
 */
export async function expireReservations(ctx: Ctx): Promise<number> {
  return transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "budgets", "view");
    const due = await tx
      .select({ actionId: action.id, tool: action.tool, workspaceId: action.workspaceId, grantUsedAt: action.grantUsedAt, amountMicros: reservation.amountMicros })
      .from(reservation)
      .innerJoin(action, eq(action.id, reservation.actionId))
      .leftJoin(run, and(eq(run.actionId, action.id), isNull(run.finishedAt)))
      .where(and(eq(reservation.status, "held"), lt(reservation.expiresAt, sql`now()`), isNull(run.id)))
      .orderBy(reservation.expiresAt)
      .limit(perTick)
      .for("update", { of: reservation, skipLocked: true });
    const audit: AuditEntry[] = [];
    for (const row of due) audit.push(await end(tx, row));
    return { value: due.length, audit: audit.length > 0 ? audit : noAudit("nothing was due") };
  });
}

type Due = { actionId: string; tool: string; workspaceId: string; grantUsedAt: Date | null; amountMicros: number };

async function end(tx: Tx, row: Due): Promise<AuditEntry> {
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
  return {
    action: "reservations.expired",
    resource: { type: "action", id: row.actionId, name: row.tool, workspaceId: row.workspaceId },
    details: { amountMicros: row.amountMicros, charged: used },
  };
}
