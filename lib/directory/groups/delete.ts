import { eq } from "drizzle-orm";
import { directoryGroup, groupRole } from "@/db/schema/directory";
import { authorizeDirectory } from "@/lib/ability/authorize";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { recomputeRoles } from "../recompute";
import { lockGroup, removeMembers } from "./row";

/** SCIM's DELETE /Groups/{id}: what the group gave ends, and its mapping with it. */
export async function deleteDirectoryGroup(ctx: DirectoryCtx, { id, version }: { id: string; version: number | null }): Promise<void> {
  await transact(ctx, async (tx) => {
    authorizeDirectory(tx, ctx, "remove");
    const before = await lockGroup(tx, ctx, id, version);
    const people = await removeMembers(tx, id, null);
    const mapped = await tx.delete(groupRole).where(eq(groupRole.groupId, id)).returning({ role: groupRole.role, workspaceId: groupRole.workspaceId });
    await tx.delete(directoryGroup).where(eq(directoryGroup.id, id));
    const roles = await recomputeRoles(tx, ctx, ctx.actor, people);
    const resource = { type: "directory_group", id, name: before.displayName };
    const details = { members: people.length, mapping: mapped.map(({ role, workspaceId }) => ({ role, workspace: workspaceId })) };
    return { value: null, audit: [{ action: "directory.group_deleted", resource, details }, ...roles] };
  });
}
