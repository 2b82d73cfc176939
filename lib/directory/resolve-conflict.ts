import { z } from "zod";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { decideConflict } from "./decide-conflict";

export const ResolveConflictInput = z.strictObject({ userId: z.uuid(), how: z.enum(["adopt", "leave"]) });
export type ResolveConflictInput = z.infer<typeof ResolveConflictInput>;

/**
 * Decides a conflict between what a directory says and who is here. `adopt`: the person here is the directory's from now on,
 * which may rename and remove them, and somebody who was removed is let in again; `leave`: both stay as they are.
 * @throws AppError `conflict` when there is nothing to decide, or the address is not of this organization; `forbidden` for
 * somebody above the caller.
 */
export async function resolveConflict(ctx: PersonCtx, { userId, how }: ResolveConflictInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "directory.resolve", `${userId} ${how}`);
    return decideConflict(tx, ctx, userId, how);
  });
}
