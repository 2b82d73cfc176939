import { z } from "zod";
import { runStatuses } from "@/db/schema/run";
import type { Ctx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { findRun } from "./find";

/** A run as its agent sees it; the portal's page shows more (`loadRun`). */
export const RunSummary = z.object({
  id: z.uuid(),
  actionId: z.uuid(),
  status: z.enum(runStatuses),
  /** Why it waits or how it ended, where there is something to say. */
  reason: z.string(),
  language: z.enum(["python", "node", "shell"]),
  exitCode: z.int().nullable(),
  wallTimeMs: z.int().nullable(),
  cpuTimeMs: z.int().nullable(),
  costMicros: z.int().nullable(),
  stdout: z.object({ bytes: z.int().nullable(), sha256: z.string().nullable() }),
  stderr: z.object({ bytes: z.int().nullable(), sha256: z.string().nullable() }),
  truncated: z.enum(["none", "stdout", "stderr", "both"]),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
});
export type RunSummary = z.infer<typeof RunSummary>;

export const GetRunInput = z.strictObject({ id: z.uuid() });
export type GetRunInput = z.infer<typeof GetRunInput>;

/** Where a run stands and how it ended. @throws AppError `not_found`. */
export async function getRun(ctx: Ctx, input: GetRunInput): Promise<RunSummary> {
  return read(ctx, async (tx) => {
    const row = await findRun(tx, ctx, input.id);
    return {
      id: row.id,
      actionId: row.actionId,
      status: row.status,
      reason: row.reason,
      language: row.language,
      exitCode: row.exitCode,
      wallTimeMs: row.wallTimeMs,
      cpuTimeMs: row.cpuTimeMs,
      costMicros: row.costMicros,
      stdout: { bytes: row.stdoutBytes, sha256: row.stdoutSha256 },
      stderr: { bytes: row.stderrBytes, sha256: row.stderrSha256 },
      truncated: row.truncated,
      createdAt: row.createdAt.toISOString(),
      startedAt: row.startedAt?.toISOString() ?? null,
      finishedAt: row.finishedAt?.toISOString() ?? null,
    };
  });
}
