import { z } from "zod";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { transact } from "@/lib/transact";
import { lockSource } from "./lock-source";
import { queueSync } from "./queue";

export const PreviewDirectoryInput = z.strictObject({ id: z.uuid() });
export type PreviewDirectoryInput = z.infer<typeof PreviewDirectoryInput>;

/** Has the directory read and compared, so that its page shows what a sync would do. Nobody is changed. @throws AppError `conflict` while one is at it. */
export async function previewDirectory(ctx: PersonCtx, { id }: PreviewDirectoryInput): Promise<{ syncId: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    const { directory } = await lockSource(tx, id);
    const queued = await queueSync(tx, { organizationId: ctx.organizationId, directoryId: id, mode: "preview", requestedBy: ctx.actor.id });
    if (!queued) throw conflict("The directory is being read already.", "Wait until that has ended.");
    return { value: { syncId: queued.id }, audit: { action: "directory.sync_requested", resource: { type: "directory", id, name: directory.name }, details: { sync: queued.id, mode: "preview" } }, send: queued.send };
  });
}
