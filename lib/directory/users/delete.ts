import { eq } from "drizzle-orm";
import { directoryMember, directoryUser } from "@/db/schema/directory";
import { authorizeDirectory } from "@/lib/ability/authorize";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { keepingAdmins } from "../last-admin";
import { deprovision, userForAudit } from "./link";
import { lockUser } from "./row";

/** SCIM's DELETE /Users/{id}: the directory no longer has them, so they leave; the person stays, for attribution. */
export async function deleteDirectoryUser(ctx: DirectoryCtx, { id, version }: { id: string; version: number | null }): Promise<void> {
  await keepingAdmins(id, ctx, () =>
    transact(ctx, async (tx) => {
      authorizeDirectory(tx, ctx, "remove");
      const before = await lockUser(tx, ctx, id, version);
      const left = before.personId ? await deprovision(tx, ctx, before.personId) : { audit: [], send: [] };
      await tx.delete(directoryMember).where(eq(directoryMember.userId, id));
      await tx.delete(directoryUser).where(eq(directoryUser.id, id));
      const resource = { type: "directory_user", id, name: before.userName };
      return { value: null, audit: [{ action: "directory.user_deleted", resource, details: { before: userForAudit(before), person: before.personId } }, ...left.audit], send: left.send };
    }),
  );
}
