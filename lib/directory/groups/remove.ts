import { eq } from "drizzle-orm";
import { directoryGroup, groupRole } from "@/db/schema/directory";
import type { Tx } from "@/db/tenant";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import type { Change } from "@/lib/transact";
import { recomputeRoles } from "../recompute";
import { type GroupRow, removeMembers } from "./row";

/** Ends a group with its mapping and what it gave; for use inside a verb that has asked. */
export async function removeGroup(tx: Tx, ctx: DirectoryCtx, before: GroupRow): Promise<Change<null>> {
  const people = await removeMembers(tx, before.id, null);
  const mapped = await tx.delete(groupRole).where(eq(groupRole.groupId, before.id)).returning({ role: groupRole.role, workspaceId: groupRole.workspaceId });
  await tx.delete(directoryGroup).where(eq(directoryGroup.id, before.id));
  const roles = await recomputeRoles(tx, ctx, ctx.actor, people);
  const resource = { type: "directory_group", id: before.id, name: before.displayName };
  const details = { members: people.length, mapping: mapped.map(({ role, workspaceId }) => ({ role, workspace: workspaceId })) };
  return { value: null, audit: [{ action: "directory.group_deleted", resource, details }, ...roles] };
}
