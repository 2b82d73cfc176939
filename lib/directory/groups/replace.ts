import { authorizeDirectory } from "@/lib/ability/authorize";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { parseGroup } from "../scim/group-fields";
import { type GroupRow, lockGroup } from "./row";
import { saveGroup } from "./save";

/** SCIM's PUT /Groups/{id}: the members sent are all there are. @param version of `If-Match`; null: any. */
export async function replaceDirectoryGroup(ctx: DirectoryCtx, { id, version, body }: { id: string; version: number | null; body: unknown }): Promise<GroupRow> {
  return transact(ctx, async (tx) => {
    authorizeDirectory(tx, ctx, "update_role");
    const before = await lockGroup(tx, ctx, id, version);
    const { members, ...fields } = parseGroup(body);
    return saveGroup(tx, ctx, before, { ...fields, replace: members, add: new Set(), remove: new Set() });
  });
}
