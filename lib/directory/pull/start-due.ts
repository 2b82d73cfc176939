import { and, eq, inArray, isNotNull, isNull, lte, sql } from "drizzle-orm";
import { directory } from "@/db/schema/directory";
import { directorySource } from "@/db/schema/directory-sync";
import { authorizeSystem } from "@/lib/ability/authorize";
import { type AuditEntry, noAudit } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import type { JobEvent } from "@/lib/jobs/events";
import { transact } from "@/lib/transact";
import { queueSync } from "./queue";

/** Starts the syncs whose time has come, for the clock; never the first one of a directory. Gives how many. */
export async function startDueSyncs(ctx: Ctx): Promise<number> {
  return transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "settings", "read");
    const due = await tx
      .select({ id: directory.id, name: directory.name })
      .from(directorySource)
      .innerJoin(directory, and(eq(directory.id, directorySource.directoryId), isNull(directory.disconnectedAt)))
      .where(and(isNotNull(directorySource.admittedAt), lte(directorySource.nextSyncAt, sql`now()`)))
      .for("update", { of: directorySource, skipLocked: true });
    if (due.length === 0) return { value: 0, audit: noAudit("no directory is due") };
    const audit: AuditEntry[] = [];
    const send: JobEvent[] = [];
    for (const { id, name } of due) {
      const queued = await queueSync(tx, { organizationId: ctx.organizationId, directoryId: id, mode: "sync", requestedBy: null });
      if (!queued) continue;
      send.push(...queued.send);
      audit.push({ action: "directory.sync_requested", resource: { type: "directory", id, name }, details: { sync: queued.id, mode: "sync" } });
    }
    await tx.update(directorySource).set({ nextSyncAt: null }).where(inArray(directorySource.directoryId, due.map(({ id }) => id)));
    return { value: send.length, audit: audit.length > 0 ? audit : noAudit("they are being read already"), send };
  });
}
