import { authorizeDirectory } from "@/lib/ability/authorize";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { parseUser } from "../scim/user-fields";
import { insertUser } from "./insert";
import type { UserRow } from "./row";

/**
 * SCIM's POST /Users: somebody works here. They become a person, unless the address is somebody's already: then both stay as
 * they are, and an admin decides on the directory's page.
 * @throws AppError `conflict` (uniqueness) for a user name that this directory has already.
 */
export async function createDirectoryUser(ctx: DirectoryCtx, body: unknown): Promise<UserRow> {
  return transact(ctx, async (tx) => {
    authorizeDirectory(tx, ctx, "invite");
    return insertUser(tx, ctx, parseUser(body));
  });
}
