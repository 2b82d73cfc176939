import { authorizeDirectory } from "@/lib/ability/authorize";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { keepingAdmins } from "../last-admin";
import { patchSteps } from "../scim/patch";
import { patchUser } from "../scim/user-fields";
import { lockUser, type UserRow } from "./row";
import { saveUser } from "./save";

/** SCIM's PATCH /Users/{id}, all of its operations or none. @param version of `If-Match`; null: any. */
export async function patchDirectoryUser(ctx: DirectoryCtx, { id, version, body }: { id: string; version: number | null; body: unknown }): Promise<UserRow> {
  return keepingAdmins(id, ctx, () =>
    transact(ctx, async (tx) => {
      authorizeDirectory(tx, ctx, "update_role");
      const before = await lockUser(tx, ctx, id, version);
      return saveUser(tx, ctx, before, patchUser(before, patchSteps(body)));
    }),
  );
}
