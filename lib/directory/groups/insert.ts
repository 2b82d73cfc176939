import { directoryGroup } from "@/db/schema/directory";
import type { Tx } from "@/db/tenant";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import type { Change } from "@/lib/transact";
import type { GroupFields } from "../scim/group-fields";
import { scimRefusal } from "../scim/refusal";
import { addMembers, type GroupRow } from "./row";

/** Keeps a new group, which gives nothing until an admin maps it; for use inside a verb that has asked. */
export async function insertGroup(tx: Tx, ctx: DirectoryCtx, { members, ...fields }: GroupFields): Promise<Change<GroupRow>> {
  const [row] = await tx
    .insert(directoryGroup)
    .values({ ...fields, id: newId(), organizationId: ctx.organizationId, directoryId: ctx.actor.id })
    .onConflictDoNothing()
    .returning();
  if (!row) throw scimRefusal("uniqueness", "This directory has a group of that displayName already.");
  await addMembers(tx, ctx, row.id, members);
  const resource = { type: "directory_group", id: row.id, name: row.displayName };
  return { value: row, audit: { action: "directory.group_created", resource, details: { externalId: row.externalId, members: members.length } } };
}
