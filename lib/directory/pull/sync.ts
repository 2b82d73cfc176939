import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import { z } from "zod";
import { directorySource, directorySync } from "@/db/schema/directory-sync";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { lockSource } from "./lock-source";
import { queueSync } from "./queue";

export const SyncDirectoryInput = z.strictObject({
  id: z.uuid(),
  /** The sync that stopped, of which the caller saw how many would lose something: as many may, and no more. */
  heldId: z.uuid().optional(),
});
export type SyncDirectoryInput = z.infer<typeof SyncDirectoryInput>;

/**
 * Has the directory read and carried out what is different. The first time somebody must have seen a dry run; from then on the
 * clock does the same.
 * @throws AppError `conflict` before a dry run, while one is at it, or when another sync came after the one that stopped.
 */
export async function syncDirectory(ctx: PersonCtx, { id, heldId }: SyncDirectoryInput): Promise<{ syncId: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    const { directory, source } = await lockSource(tx, id);
    await requireFreshProof(tx, ctx, "directory.sync", heldId ?? id);
    if (!source.admittedAt) await requireDryRun(tx, id);
    const allowedLosses = heldId ? await lossesOf(tx, id, heldId) : null;
    const queued = await queueSync(tx, { organizationId: ctx.organizationId, directoryId: id, mode: "sync", requestedBy: ctx.actor.id, allowedLosses });
    if (!queued) throw conflict("The directory is being read already.", "Wait until that has ended.");
    await tx.update(directorySource).set({ admittedAt: source.admittedAt ?? sql`now()`, nextSyncAt: null }).where(eq(directorySource.directoryId, id));
    const details = { sync: queued.id, mode: "sync", first: source.admittedAt === null, allowedLosses };
    return { value: { syncId: queued.id }, audit: { action: "directory.sync_requested", resource: { type: "directory", id, name: directory.name }, details }, send: queued.send };
  });
}

async function requireDryRun(tx: Tx, id: string): Promise<void> {
  const [seen] = await tx.select({ id: directorySync.id }).from(directorySync).where(and(eq(directorySync.directoryId, id), eq(directorySync.mode, "preview"), eq(directorySync.state, "done"))).limit(1);
  if (!seen) throw conflict("Nobody has seen yet what the first sync would do.", "Preview it first.");
}

async function lossesOf(tx: Tx, id: string, heldId: string): Promise<number> {
  const [latest] = await tx
    .select({ id: directorySync.id, state: directorySync.state, summary: directorySync.summary })
    .from(directorySync)
    .where(and(eq(directorySync.directoryId, id), eq(directorySync.mode, "sync"), isNotNull(directorySync.finishedAt)))
    .orderBy(desc(directorySync.createdAt), desc(directorySync.id))
    .limit(1);
  if (latest?.id !== heldId || latest.state !== "held" || !latest.summary) throw conflict("That sync does not wait any more.", "Load the page again.");
  return latest.summary.losing;
}
