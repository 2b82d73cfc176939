import { and, desc, eq, isNotNull, notInArray } from "drizzle-orm";
import { directorySync } from "@/db/schema/directory-sync";
import type { Tx } from "@/db/tenant";
import { newId } from "@/lib/id";
import type { JobEvent } from "@/lib/jobs/events";
import { publish } from "@/lib/live/publish";

const mostKept = 20;

type Wanted = { organizationId: string; directoryId: string; mode: "preview" | "sync"; requestedBy: string | null; allowedLosses?: number | null };

/** Puts a sync into the queue, unless one is at it; of those that ended, the latest are kept. Null: one is at it. */
export async function queueSync(tx: Tx, wanted: Wanted): Promise<{ id: string; send: JobEvent[] } | null> {
  const { organizationId, directoryId } = wanted;
  const [row] = await tx.insert(directorySync).values({ ...wanted, id: newId(), state: "queued" }).onConflictDoNothing().returning({ id: directorySync.id });
  if (!row) return null;
  const latest = tx.select({ id: directorySync.id }).from(directorySync).where(eq(directorySync.directoryId, directoryId)).orderBy(desc(directorySync.createdAt), desc(directorySync.id)).limit(mostKept);
  await tx.delete(directorySync).where(and(eq(directorySync.directoryId, directoryId), isNotNull(directorySync.finishedAt), notInArray(directorySync.id, latest)));
  publish(tx, organizationId, `directory:${directoryId}`);
  return { id: row.id, send: [{ name: "directory/sync-requested", data: { organizationId, directoryId, syncId: row.id } }] };
}
