import { createHash } from "node:crypto";
import { z } from "zod";
import { authorize } from "@/lib/ability/authorize";
import type { AuditEntry } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { decideConflict } from "./decide-conflict";

export const ResolveConflictsInput = z.strictObject({ userIds: z.array(z.uuid()).min(1, "choose at least one").max(100), how: z.enum(["adopt", "leave"]) });
export type ResolveConflictsInput = z.infer<typeof ResolveConflictsInput>;

/** Decides several conflicts in the same way, all of them or none. @throws AppError as `resolveConflict`, naming the one that cannot be. */
export async function resolveConflicts(ctx: PersonCtx, { userIds, how }: ResolveConflictsInput): Promise<{ count: number }> {
  // In one order, so that two admins do not wait for each other's.
  const ids = [...new Set(userIds)].sort();
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "settings", "update", { workspaceId: null });
    await requireFreshProof(tx, ctx, "directory.resolve_several", `${how} ${createHash("sha256").update(ids.join()).digest("hex")}`);
    const audit: AuditEntry[] = [];
    for (const id of ids) audit.push(...(await decideConflict(tx, ctx, id, how)).audit);
    return { value: { count: ids.length }, audit };
  });
}
