import { inArray, type SQL } from "drizzle-orm";
import { action } from "@/db/schema/action";
import { run } from "@/db/schema/run";
import type { Tx } from "@/db/tenant";
import type { AuditEntry } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import type { JobEvent } from "@/lib/jobs/events";
import { stopOpenRun } from "./stop-open";

/** Stops the open runs that a condition finds, inside a verb that asked whether it may; gives their ids. */
export async function stopRunsWhere(tx: Tx, ctx: Ctx, open: SQL | undefined, reason: string): Promise<{ ids: string[]; audit: AuditEntry[]; send: JobEvent[] }> {
  const found = { ids: [] as string[], audit: [] as AuditEntry[], send: [] as JobEvent[] };
  // The actions first, as everything that changes both does.
  const ofRuns = tx.select({ id: run.actionId }).from(run).where(open);
  await tx.select({ id: action.id }).from(action).where(inArray(action.id, ofRuns)).orderBy(action.id).for("update");
  const rows = await tx.select().from(run).where(open).orderBy(run.id).for("update");
  for (const row of rows) {
    const stop = await stopOpenRun(tx, ctx, row, reason);
    if (!stop) continue;
    found.ids.push(row.id);
    found.audit.push(...stop.audit);
    found.send.push(...stop.send);
  }
  return found;
}
