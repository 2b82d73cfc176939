import { authorizeDirectory } from "@/lib/ability/authorize";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { groupChange } from "../scim/group-fields";
import { patchSteps } from "../scim/patch";
import { type GroupRow, lockGroup } from "./row";
import { saveGroup } from "./save";

/** SCIM's PATCH /Groups/{id}, all of its operations or none. @param version of `If-Match`; null: any. */
export async function patchDirectoryGroup(ctx: DirectoryCtx, { id, version, body }: { id: string; version: number | null; body: unknown }): Promise<GroupRow> {
  return transact(ctx, async (tx) => {
    authorizeDirectory(tx, ctx, "update_role");
    const before = await lockGroup(tx, ctx, id, version);
    return saveGroup(tx, ctx, before, groupChange(patchSteps(body)));
  });
}
