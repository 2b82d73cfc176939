import { authorizeDirectory } from "@/lib/ability/authorize";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { keepingAdmins } from "../last-admin";
import { removeUser } from "./remove";
import { lockUser } from "./row";

/** SCIM's DELETE /Users/{id}: the directory no longer has them, so they leave; the person stays, for attribution. */
export async function deleteDirectoryUser(ctx: DirectoryCtx, { id, version }: { id: string; version: number | null }): Promise<void> {
  await keepingAdmins(id, ctx, () =>
    transact(ctx, async (tx) => {
      authorizeDirectory(tx, ctx, "remove");
      return removeUser(tx, ctx, await lockUser(tx, ctx, id, version));
    }),
  );
}
