import { budgetAlert } from "@/db/schema/budget";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import type { JobEvent } from "@/lib/jobs/events";
import type { Crossing } from "./reserve";

/**
 * Notes thresholds that were reached, once per window and threshold whatever happens at the same time, and gives the
 * events that tell of the new ones.
 */
export async function noteCrossings(
  tx: Tx,
  organizationId: string,
  crossings: readonly Crossing[],
): Promise<{ audit: AuditEntry[]; send: JobEvent[] }> {
  if (crossings.length === 0) return { audit: [], send: [] };
  const rows = crossings.map(({ windowId, threshold, usedMicros, capMicros }) => ({ organizationId, windowId, threshold, usedMicros, capMicros }));
  const fresh = await tx.insert(budgetAlert).values(rows).onConflictDoNothing().returning();
  const budgets = new Map(crossings.map((crossing) => [crossing.windowId, crossing]));
  return {
    audit: fresh.map((row) => {
      const crossing = budgets.get(row.windowId);
      return {
        action: "budgets.alerted",
        resource: { type: "budget", id: crossing?.budgetId ?? row.windowId, name: `${crossing?.scopeType ?? "unknown"} budget` },
        details: { windowId: row.windowId, thresholdPercent: row.threshold, usedMicros: row.usedMicros, capMicros: row.capMicros },
      };
    }),
    send: fresh.map((row) => ({ name: "budget/threshold-crossed", data: { organizationId, windowId: row.windowId, threshold: row.threshold } })),
  };
}
