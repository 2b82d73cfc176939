import { authorizeDirectory } from "@/lib/ability/authorize";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { removeGroup } from "./remove";
import { lockGroup } from "./row";

/** SCIM's DELETE /Groups/{id}: what the group gave ends, and its mapping with it. */
export async function deleteDirectoryGroup(ctx: DirectoryCtx, { id, version }: { id: string; version: number | null }): Promise<void> {
  await transact(ctx, async (tx) => {
    authorizeDirectory(tx, ctx, "remove");
    return removeGroup(tx, ctx, await lockGroup(tx, ctx, id, version));
  });
}
