import { and, count, eq, isNull } from "drizzle-orm";
import { directory, directoryGroup } from "@/db/schema/directory";
import type { Tx } from "@/db/tenant";
import { conflict, notFound } from "@/lib/errors";

export type DirectoryRow = typeof directory.$inferSelect;

/** A directory that is connected. @throws AppError `not_found`. */
export async function lockDirectory(tx: Tx, id: string): Promise<DirectoryRow> {
  const [row] = await tx.select().from(directory).where(and(eq(directory.id, id), isNull(directory.disconnectedAt))).for("update");
  if (!row) throw notFound("directory");
  return row;
}

/** @throws AppError `not_found` for one that is not connected any more. */
export async function loadConnected(tx: Tx, id: string): Promise<DirectoryRow> {
  const [row] = await tx.select().from(directory).where(and(eq(directory.id, id), isNull(directory.disconnectedAt)));
  if (!row) throw notFound("directory");
  return row;
}

const mostDirectories = 10;

/** @throws AppError `conflict` when there are as many directories as may be. */
export async function requireRoom(tx: Tx): Promise<void> {
  const [open] = await tx.select({ directories: count() }).from(directory).where(isNull(directory.disconnectedAt));
  if (open && open.directories >= mostDirectories) throw conflict(`There are ${mostDirectories} directories already.`, "Disconnect one that is not used.");
}

export type GroupAndDirectory = { group: typeof directoryGroup.$inferSelect; directory: DirectoryRow };

/** A group with its directory. @throws AppError `not_found`. */
export async function loadGroupOf(tx: Tx, id: string): Promise<GroupAndDirectory> {
  const [row] = await tx
    .select({ group: directoryGroup, directory })
    .from(directoryGroup)
    .innerJoin(directory, and(eq(directory.id, directoryGroup.directoryId), isNull(directory.disconnectedAt)))
    .where(eq(directoryGroup.id, id))
    .for("update", { of: directoryGroup });
  if (!row) throw notFound("group");
  return row;
}
