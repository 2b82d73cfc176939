import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { directoryPulled, directorySource, directorySync } from "@/db/schema/directory-sync";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { publish } from "@/lib/live/publish";
import { transact } from "@/lib/transact";
import { lockSource } from "./lock-source";

export const CancelDirectorySyncInput = z.strictObject({ id: z.uuid() });
export type CancelDirectorySyncInput = z.infer<typeof CancelDirectorySyncInput>;

/** Stops what is being read or carried out. What was carried out stays; the clock comes again at its time. @throws AppError `conflict` when nothing is. */
export async function cancelDirectorySync(ctx: PersonCtx, { id }: CancelDirectorySyncInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    const { directory, source } = await lockSource(tx, id);
    const [ended] = await tx
      .update(directorySync)
      .set({ state: "cancelled", finishedAt: sql`now()`, problem: `${ctx.actor.name} stopped it.`, hint: null })
      .where(and(eq(directorySync.directoryId, id), isNull(directorySync.finishedAt)))
      .returning({ id: directorySync.id, done: directorySync.stepsDone });
    if (!ended) throw conflict("Nothing is being read any more.", "Load the page again.");
    await tx.delete(directoryPulled).where(eq(directoryPulled.syncId, ended.id));
    if (source.admittedAt && source.everyMinutes > 0) await tx.update(directorySource).set({ nextSyncAt: sql`now() + ${source.everyMinutes} * interval '1 minute'` }).where(eq(directorySource.directoryId, id));
    publish(tx, ctx.organizationId, `directory:${id}`);
    return { value: { id }, audit: { action: "directory.sync_cancelled", resource: { type: "directory", id, name: directory.name }, details: { sync: ended.id, carriedOut: ended.done } } };
  });
}
