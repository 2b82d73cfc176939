import { and, eq } from "drizzle-orm";
import { directoryUser } from "@/db/schema/directory";
import { authorizeDirectory } from "@/lib/ability/authorize";
import type { DirectoryCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { transact } from "@/lib/transact";

/**
 * Runs a change of a user; when it is refused because nobody would be left to administer the organization, the refusal is
 * kept as a conflict, where an admin sees it, since whoever runs the directory may not read its log.
 */
export async function keepingAdmins<T>(userId: string, ctx: DirectoryCtx, change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof AppError) || error.extensions.reason !== "last_admin") throw error;
    await transact(ctx, async (tx) => {
      authorizeDirectory(tx, ctx, "remove");
      const [row] = await tx
        .update(directoryUser)
        .set({ conflict: "last_admin", conflictDismissedAt: null })
        .where(and(eq(directoryUser.id, userId), eq(directoryUser.directoryId, ctx.actor.id)))
        .returning({ userName: directoryUser.userName, email: directoryUser.email });
      const resource = { type: "directory_user", id: userId, name: row?.userName ?? "user" };
      return { value: null, audit: { action: "directory.conflict_found", resource, details: { conflict: "last_admin", email: row?.email ?? null }, outcome: "blocked" } };
    });
    throw error;
  }
}
