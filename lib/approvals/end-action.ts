import { and, eq, isNull, sql } from "drizzle-orm";
import { action } from "@/db/schema/action";
import { run } from "@/db/schema/run";
import type { Tx } from "@/db/tenant";
import { releaseReservation } from "@/lib/budgets/settle";
import type { JobEvent } from "@/lib/jobs/events";
import { publish } from "@/lib/live/publish";

/**
 * Ends an action that waited for a person and will not happen: its run, if it has one, ends with it, and what was set
 * aside is given back. Gives the events that follow.
 */
export async function endWaitingAction(
  tx: Tx,
  organizationId: string,
  actionId: string,
  end: { status: "rejected" | "expired" | "cancelled"; runReason: string },
): Promise<JobEvent[]> {
  const [ended] = await tx
    .update(action)
    .set({ status: end.status, endedAt: sql`now()` })
    .where(and(eq(action.id, actionId), eq(action.status, "pending_approval")))
    .returning({ agentId: action.agentId });
  if (!ended) return [];
  const runs = await tx
    .update(run)
    .set({ status: "cancelled", reason: end.runReason, costMicros: 0, finishedAt: sql`now()` })
    .where(and(eq(run.actionId, actionId), isNull(run.finishedAt)))
    .returning({ id: run.id });
  await releaseReservation(tx, actionId, end.status === "expired" ? "expired" : "released");
  publish(tx, organizationId, `action:${actionId}`);
  for (const { id } of runs) publish(tx, organizationId, `run:${id}`);
  return runs.map(({ id }) => ({ name: "run/finished", data: { organizationId, runId: id, agentId: ended.agentId } }));
}

/** Locks the action before its approval, in the order in which everything that changes both does. */
export async function lockAction(tx: Tx, actionId: string | null): Promise<void> {
  if (actionId) await tx.select({ id: action.id }).from(action).where(eq(action.id, actionId)).for("update");
}
