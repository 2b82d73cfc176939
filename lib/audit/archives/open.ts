import { type FileHandle, open } from "node:fs/promises";
import { Readable } from "node:stream";
import { eq } from "drizzle-orm";
import { z } from "zod";
import { auditArchive } from "@/db/schema/audit-archive";
import { authorize } from "@/lib/ability/authorize";
import { allowedWorkspaces } from "@/lib/ability/where";
import type { Ctx } from "@/lib/ctx/ctx";
import { AppError, notFound } from "@/lib/errors";
import { log } from "@/lib/log";
import { read, transact } from "@/lib/transact";
import { archiveFolder, archivePath } from "../archive-file";

export const OpenArchiveInput = z.strictObject({ id: z.uuid() });
export type OpenArchiveInput = z.infer<typeof OpenArchiveInput>;

/** `sha256` is what was recorded when the file was written; whether the bytes still have it is for the receiver to see. */
export type OpenedArchive = { name: string; sha256: string; content: ReadableStream<Uint8Array> };

/**
 * One archive to take away, read from the disk as it is received; who took it is recorded first.
 * @throws AppError `not_found`; `gone` when the file is not where it was written.
 */
export async function openArchive(ctx: Ctx, input: OpenArchiveInput): Promise<OpenedArchive> {
  const archive = await read(ctx, async (tx) => {
    authorize(tx, ctx, "audit", "export", { workspaceId: null });
    // It has the events of every workspace, and so is not for whom one is closed from where they are.
    if ((await allowedWorkspaces(tx, ctx, "audit", "export")) !== null) {
      throw new AppError("forbidden", "An archive holds events of workspaces that are closed to you from where you are.", { hint: "Come by their networks.", extensions: { permission: "audit.export" } });
    }
    const [row] = await tx.select().from(auditArchive).where(eq(auditArchive.id, input.id));
    if (!row) throw notFound("archive");
    return row;
  });
  const handle = await openFile(archive.fileName);
  const { firstSeq, lastSeq, sha256 } = archive;
  try {
    await transact(ctx, async (tx) => {
      authorize(tx, ctx, "audit", "export", { workspaceId: null });
      const resource = { type: "audit_archive", id: archive.id, name: `Events ${firstSeq} to ${lastSeq}` };
      return { value: null, audit: { action: "audit.archive_downloaded", resource, details: { firstSeq, lastSeq, sha256 } } };
    });
  } catch (error) {
    await handle.close();
    throw error;
  }
  const content = Readable.toWeb(handle.createReadStream()) as ReadableStream<Uint8Array>;
  return { name: `audit-archive-${firstSeq}-${lastSeq}.jsonl`, sha256, content };
}

async function openFile(fileName: string): Promise<FileHandle> {
  const folder = archiveFolder();
  if (folder === null) throw new AppError("unavailable", "Archives are off, so their files cannot be read.", { hint: "Set AUDIT_ARCHIVE_DIR to the folder of the archives, and start again." });
  try {
    return await open(archivePath(folder, fileName), "r");
  } catch (cause) {
    if (!isMissing(cause)) {
      log.error({ err: cause, fileName }, "the file of an audit archive could not be read");
      throw new AppError("unavailable", "The file of this archive cannot be read.", { hint: "Whoever runs the portal finds the reason in its log.", cause });
    }
    throw new AppError("gone", "The file of this archive is not where it was written.", {
      hint: "Restore it from a backup: its name and SHA-256 stand in the event of the archive. The events themselves can still be exported from the audit page.",
      cause,
    });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
