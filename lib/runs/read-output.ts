import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { runOutput, type run } from "@/db/schema/run";
import type { Tx } from "@/db/tenant";
import type { Ctx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { findRun } from "./find";

/** Bytes of one answer. */
export const maxOutputBytes = 256 * 1024;

export const ReadOutputInput = z.strictObject({
  id: z.uuid(),
  stream: z.enum(["stdout", "stderr"]),
  /** Byte offset in the stream. */
  from: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
});
export type ReadOutputInput = z.input<typeof ReadOutputInput>;

export type OutputPiece = {
  stream: "stdout" | "stderr";
  /** Where `data` begins: above what was asked for only where `missingBytes` were never delivered. */
  from: number;
  data: Buffer;
  /** What to ask for next. */
  next: number;
  missingBytes: number;
  /** Nothing follows and nothing will. */
  end: boolean;
};

/** A run's output from a byte offset on, in order and bounded; ask again from `next` until `end`. */
export async function readOutput(ctx: Ctx, input: ReadOutputInput): Promise<OutputPiece> {
  const { id, stream, from } = ReadOutputInput.parse(input);
  return read(ctx, async (tx) => readPiece(tx, await findRun(tx, ctx, id), stream, from));
}

/** As `readOutput`, inside a transaction that has checked the caller's right. */
export async function readPiece(tx: Tx, current: typeof run.$inferSelect, stream: "stdout" | "stderr", from: number): Promise<OutputPiece> {
  const over = current.finishedAt !== null;
  const rows = await stored(tx, current.id, stream, from);
  const first = rows[0];
  const begins = Math.max(first?.position ?? from, from);
  const hole = begins - from;
  // A hole may still be filled while the run is under way; once it is over, it is said and passed.
  if (!first || (hole > 0 && !over)) return { stream, from, data: Buffer.alloc(0), next: from, missingBytes: 0, end: over };
  const parts: Buffer[] = [];
  let next = begins;
  for (const row of rows) {
    if (row.position > next) break;
    const part = row.data.subarray(next - row.position);
    parts.push(part);
    next += part.byteLength;
  }
  const data = Buffer.concat(parts).subarray(0, maxOutputBytes);
  return { stream, from: begins, data, next: begins + data.byteLength, missingBytes: hole, end: false };
}

/** From the piece that holds the offset on, about as many as one answer takes. */
function stored(tx: Tx, runId: string, stream: "stdout" | "stderr", from: number): Promise<{ position: number; data: Buffer }[]> {
  const sized = tx
    .select({
      position: runOutput.position,
      data: runOutput.data,
      before: sql<number>`sum(octet_length(${runOutput.data})) over (order by ${runOutput.position}) - octet_length(${runOutput.data})`.as("before"),
    })
    .from(runOutput)
    .where(and(eq(runOutput.runId, runId), eq(runOutput.stream, stream), sql`${runOutput.position} + octet_length(${runOutput.data}) > ${from}`))
    .as("sized");
  return tx
    .select({ position: sized.position, data: sized.data })
    .from(sized)
    .where(sql`${sized.before} < ${maxOutputBytes}`)
    .orderBy(sized.position);
}
