import { and, asc, eq } from "drizzle-orm";
import { z } from "zod";
import { runFile } from "@/db/schema/run";
import type { Tx } from "@/db/tenant";
import type { Ctx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { findRun } from "./find";

export const ListFilesInput = z.strictObject({ id: z.uuid() });
export type ListFilesInput = z.infer<typeof ListFilesInput>;

export type ResultFile = { name: string; size: number; sha256: string };

/** The files that a run left below `out/`, by name, without their content. */
export async function listFiles(ctx: Ctx, input: ListFilesInput): Promise<ResultFile[]> {
  return read(ctx, async (tx) => {
    const { id } = await findRun(tx, ctx, input.id);
    return resultFiles(tx, id);
  });
}

/** As `listFiles`, inside a transaction that has checked the caller's right. A run has at most 1,000 of them by contract. */
export function resultFiles(tx: Tx, runId: string): Promise<ResultFile[]> {
  return tx
    .select({ name: runFile.name, size: runFile.size, sha256: runFile.sha256 })
    .from(runFile)
    .where(and(eq(runFile.runId, runId), eq(runFile.direction, "out")))
    .orderBy(asc(runFile.name))
    .limit(1000);
}
