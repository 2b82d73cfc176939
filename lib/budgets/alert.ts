import { budgetAlert } from "@/db/schema/budget";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import type { JobEvent } from "@/lib/jobs/events";
import type { Crossing } from "./reserve";

/**
 * Notes thresholds that were reached, once per window and threshold whatever happens at the same time, and gives the
 * events that tell of the new ones; `fresh` has the crossing of each in the same order.
 */
export async function noteCrossings<C extends Crossing>(
  tx: Tx,
  organizationId: string,
  crossings: readonly C[],
): Promise<{ fresh: C[]; audit: AuditEntry[]; send: JobEvent[] }> {
  if (crossings.length === 0) return { fresh: [], audit: [], send: [] };
  const rows = crossings.map(({ windowId, threshold, usedMicros, capMicros }) => ({ organizationId, windowId, threshold, usedMicros, capMicros }));
  const inserted = await tx.insert(budgetAlert).values(rows).onConflictDoNothing().returning();
  const fresh = inserted.flatMap((row) => crossings.find((one) => one.windowId === row.windowId && one.threshold === row.threshold) ?? []);
  return {
    fresh,
    audit: fresh.map(({ budgetId, scopeType, windowId, threshold, usedMicros, capMicros }) => ({
      action: "budgets.alerted",
      resource: { type: "budget", id: budgetId, name: `${scopeType} budget` },
      details: { windowId, thresholdPercent: threshold, usedMicros, capMicros },
    })),
    send: fresh.map(({ windowId, threshold }) => ({ name: "budget/threshold-crossed", data: { organizationId, windowId, threshold } })),
  };
}
