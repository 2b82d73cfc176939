import { eq, sql } from "drizzle-orm";
import { directoryGroup } from "@/db/schema/directory";
import { sqlState } from "@/db/error";
import type { Tx } from "@/db/tenant";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import type { Change } from "@/lib/transact";
import { recomputeRoles } from "../recompute";
import type { GroupChange } from "../scim/group-fields";
import { scimRefusal } from "../scim/refusal";
import { addMembers, type GroupRow, memberIdsOf, removeMembers } from "./row";

/** Changes a group and its members, and with them the roles that it gives; for use inside a verb that has asked. */
export async function saveGroup(tx: Tx, ctx: DirectoryCtx, before: GroupRow, change: GroupChange): Promise<Change<GroupRow>> {
  const [row] = await tx
    .update(directoryGroup)
    .set({
      displayName: change.displayName ?? before.displayName,
      externalId: change.externalId === undefined ? before.externalId : change.externalId,
      version: sql`${directoryGroup.version} + 1`,
      updatedAt: sql`now()`,
    })
    .where(eq(directoryGroup.id, before.id))
    .returning()
    .catch((error: unknown) => {
      throw sqlState(error) === "23505" ? scimRefusal("uniqueness", "Another group of this directory has that displayName.") : error;
    });
  if (!row) throw new Error("a group that is locked was not there");
  const [added, removed] = await changeMembers(tx, ctx, row.id, change);
  const roles = await recomputeRoles(tx, ctx, ctx.actor, [...new Set([...added, ...removed])]);
  const resource = { type: "directory_group", id: row.id, name: row.displayName };
  const details = { before: { displayName: before.displayName, externalId: before.externalId }, after: { displayName: row.displayName, externalId: row.externalId }, added: added.length, removed: removed.length };
  return { value: row, audit: [{ action: "directory.group_updated", resource, details }, ...roles] };
}

/** The people who came and those who went. */
async function changeMembers(tx: Tx, ctx: DirectoryCtx, groupId: string, { replace, add, remove }: GroupChange): Promise<[string[], string[]]> {
  if (!replace) return [await addMembers(tx, ctx, groupId, [...add]), await removeMembers(tx, groupId, [...remove])];
  const wanted = new Set([...replace.filter((id) => !remove.has(id)), ...add]);
  const extra = (await memberIdsOf(tx, groupId)).filter((id) => !wanted.has(id));
  return [await addMembers(tx, ctx, groupId, [...wanted]), extra.length > 0 ? await removeMembers(tx, groupId, extra) : []];
}
