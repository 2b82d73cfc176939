import { authorizeDirectory } from "@/lib/ability/authorize";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { keepingAdmins } from "../last-admin";
import { parseUser } from "../scim/user-fields";
import { lockUser, type UserRow } from "./row";
import { saveUser } from "./save";

/** SCIM's PUT /Users/{id}: what is not sent is gone. @param version of `If-Match`; null: any. */
export async function replaceDirectoryUser(ctx: DirectoryCtx, { id, version, body }: { id: string; version: number | null; body: unknown }): Promise<UserRow> {
  return keepingAdmins(id, ctx, () =>
    transact(ctx, async (tx) => {
      authorizeDirectory(tx, ctx, "update_role");
      return saveUser(tx, ctx, await lockUser(tx, ctx, id, version), parseUser(body));
    }),
  );
}
