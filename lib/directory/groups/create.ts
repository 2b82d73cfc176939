import { directoryGroup } from "@/db/schema/directory";
import { authorizeDirectory } from "@/lib/ability/authorize";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { newId } from "@/lib/id";
import { transact } from "@/lib/transact";
import { parseGroup } from "../scim/group-fields";
import { scimRefusal } from "../scim/refusal";
import { addMembers, type GroupRow } from "./row";

/** SCIM's POST /Groups. A new group gives nothing until an admin maps it to roles. @throws AppError `conflict` for a name that is there. */
export async function createDirectoryGroup(ctx: DirectoryCtx, body: unknown): Promise<GroupRow> {
  return transact(ctx, async (tx) => {
    authorizeDirectory(tx, ctx, "update_role");
    const { members, ...fields } = parseGroup(body);
    const [row] = await tx
      .insert(directoryGroup)
      .values({ ...fields, id: newId(), organizationId: ctx.organizationId, directoryId: ctx.actor.id })
      .onConflictDoNothing()
      .returning();
    if (!row) throw scimRefusal("uniqueness", "This directory has a group of that displayName already.");
    await addMembers(tx, ctx, row.id, members);
    const resource = { type: "directory_group", id: row.id, name: row.displayName };
    return { value: row, audit: { action: "directory.group_created", resource, details: { externalId: row.externalId, members: members.length } } };
  });
}
