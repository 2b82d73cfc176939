import { and, eq, isNull } from "drizzle-orm";
import { directory } from "@/db/schema/directory";
import { directorySource } from "@/db/schema/directory-sync";
import type { Tx } from "@/db/tenant";
import { notFound } from "@/lib/errors";
import type { DirectoryRow } from "../row";

export type SourceRow = typeof directorySource.$inferSelect;

/** A directory that is asked, to be changed. @throws AppError `not_found`, also for one that comes by itself. */
export async function lockSource(tx: Tx, id: string): Promise<{ directory: DirectoryRow; source: SourceRow }> {
  const [row] = await tx
    .select({ directory, source: directorySource })
    .from(directorySource)
    .innerJoin(directory, and(eq(directory.id, directorySource.directoryId), isNull(directory.disconnectedAt)))
    .where(eq(directorySource.directoryId, id))
    .for("update");
  if (!row) throw notFound("directory that is asked");
  return row;
}
