import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { directoryPulled, directorySource, directorySync } from "@/db/schema/directory-sync";
import type { Tx } from "@/db/tenant";

/** For a directory that is disconnected: its secret is forgotten, and a sync that is at it ends. */
export async function endSource(tx: Tx, directoryId: string): Promise<void> {
  const ended = await tx
    .update(directorySync)
    .set({ state: "cancelled", finishedAt: sql`now()`, problem: "The directory was disconnected." })
    .where(and(eq(directorySync.directoryId, directoryId), isNull(directorySync.finishedAt)))
    .returning({ id: directorySync.id });
  if (ended.length > 0) await tx.delete(directoryPulled).where(inArray(directoryPulled.syncId, ended.map(({ id }) => id)));
  await tx.delete(directorySource).where(eq(directorySource.directoryId, directoryId));
}
