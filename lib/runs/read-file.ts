import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { runFile } from "@/db/schema/run";
import type { Ctx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { transact } from "@/lib/transact";
import { SafeFileName } from "@/runner/contract/names";
import { findRun } from "./find";

export const ReadFileInput = z.strictObject({ id: z.uuid(), name: SafeFileName });
export type ReadFileInput = z.infer<typeof ReadFileInput>;

export type FileContent = { name: string; size: number; sha256: string; content: Buffer };

/** One file that a run left, with its content; who took it is recorded. @throws AppError `not_found`. */
export async function readFile(ctx: Ctx, input: ReadFileInput): Promise<FileContent> {
  return transact(ctx, async (tx) => {
    const run = await findRun(tx, ctx, input.id);
    const [file] = await tx
      .select({ name: runFile.name, size: runFile.size, sha256: runFile.sha256, content: runFile.content })
      .from(runFile)
      .where(and(eq(runFile.runId, run.id), eq(runFile.direction, "out"), eq(runFile.name, input.name)));
    if (!file) throw notFound("file in this run");
    return {
      value: file,
      audit: {
        action: "runs.file_read",
        resource: { type: "run", id: run.id, name: run.language, workspaceId: run.workspaceId },
        details: { file: file.name, size: file.size, sha256: file.sha256 },
      },
    };
  });
}
