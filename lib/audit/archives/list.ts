import { stat } from "node:fs/promises";
import { auditArchive } from "@/db/schema/audit-archive";
import { authorize } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { keysetPage, type Page, type PageRequest } from "@/lib/keyset";
import { read } from "@/lib/transact";
import { archiveFolder, archivePath } from "../archive-file";

export type ArchiveRow = {
  id: string;
  firstSeq: number;
  lastSeq: number;
  events: number;
  bytes: number;
  sha256: string;
  createdAt: Date;
  /** How the file is found on the disk now: `altered` has another size than was recorded. */
  file: "present" | "missing" | "altered";
};

/** Archives of the organization's audit stream, newest first, and whether each file is still there. */
export async function listArchives(ctx: Ctx, request: PageRequest = {}): Promise<Page<ArchiveRow>> {
  const page = await read(ctx, async (tx) => {
    authorize(tx, ctx, "audit", "view", { workspaceId: null });
    return keysetPage(
      { column: auditArchive.createdAt, id: auditArchive.id, direction: "desc" },
      request,
      ({ where, orderBy, limit }) => tx.select().from(auditArchive).where(where).orderBy(...orderBy).limit(limit),
      (row) => ({ value: row.createdAt, id: row.id }),
    );
  });
  const rows = await Promise.all(
    page.rows.map(async ({ organizationId: _own, fileName, ...row }) => ({ ...row, file: await fileState(fileName, row.bytes) })),
  );
  return { ...page, rows };
}

async function fileState(fileName: string, bytes: number): Promise<ArchiveRow["file"]> {
  const folder = archiveFolder();
  const found = folder === null ? null : await stat(archivePath(folder, fileName)).catch(() => null);
  if (!found?.isFile()) return "missing";
  return found.size === bytes ? "present" : "altered";
}
