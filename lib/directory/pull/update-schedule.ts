import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { directorySource } from "@/db/schema/directory-sync";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { lockSource } from "./lock-source";

export const UpdateDirectoryScheduleInput = z.strictObject({
  id: z.uuid(),
  /** 0: only when somebody asks. */
  everyMinutes: z.coerce.number().pipe(z.union([z.literal(0), z.literal(15), z.literal(60), z.literal(360), z.literal(1_440)])),
  mostLossPercent: z.coerce.number().int("must be a whole number").min(1).max(100),
  mostLossPeople: z.coerce.number().int("must be a whole number").min(0).max(1_000),
});
export type UpdateDirectoryScheduleInput = z.infer<typeof UpdateDirectoryScheduleInput>;

/** Changes how often a directory is asked, and from how many losses on a sync stops and asks. */
export async function updateDirectorySchedule(ctx: PersonCtx, { id, ...after }: UpdateDirectoryScheduleInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "directory.schedule", id);
    const { directory, source } = await lockSource(tx, id);
    const nextSyncAt = source.admittedAt && after.everyMinutes > 0 ? sql`now() + ${after.everyMinutes} * interval '1 minute'` : null;
    await tx.update(directorySource).set({ ...after, nextSyncAt }).where(eq(directorySource.directoryId, id));
    const { everyMinutes, mostLossPercent, mostLossPeople } = source;
    return { value: { id }, audit: { action: "directory.updated", resource: { type: "directory", id, name: directory.name }, details: { before: { everyMinutes, mostLossPercent, mostLossPeople }, after } } };
  });
}
