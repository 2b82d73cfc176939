import { authorizeDirectory } from "@/lib/ability/authorize";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { parseGroup } from "../scim/group-fields";
import { insertGroup } from "./insert";
import type { GroupRow } from "./row";

/** SCIM's POST /Groups. A new group gives nothing until an admin maps it to roles. @throws AppError `conflict` for a name that is there. */
export async function createDirectoryGroup(ctx: DirectoryCtx, body: unknown): Promise<GroupRow> {
  return transact(ctx, async (tx) => {
    authorizeDirectory(tx, ctx, "update_role");
    return insertGroup(tx, ctx, parseGroup(body));
  });
}
