import { eq } from "drizzle-orm";
import { z } from "zod";
import { action } from "@/db/schema/action";
import { run } from "@/db/schema/run";
import type { Tx } from "@/db/tenant";
import type { Ctx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { findRun } from "./find";
import { readPiece, type OutputPiece } from "./read-output";

const offset = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0);
export const FollowOutputInput = z.strictObject({ id: z.uuid(), stdout: offset, stderr: offset });
export type FollowOutputInput = z.input<typeof FollowOutputInput>;

/** What an open page needs after a change: new bytes of both streams, and a mark that differs once the rest must be read again. */
export type Followed = { revision: string; over: boolean; pieces: OutputPiece[] };

export async function followOutput(ctx: Ctx, input: FollowOutputInput): Promise<Followed> {
  const { id, stdout, stderr } = FollowOutputInput.parse(input);
  return read(ctx, async (tx) => {
    const current = await findRun(tx, ctx, id);
    return {
      revision: await revision(tx, current),
      over: current.finishedAt !== null,
      pieces: [await readPiece(tx, current, "stdout", stdout), await readPiece(tx, current, "stderr", stderr)],
    };
  });
}

async function revision(tx: Tx, current: typeof run.$inferSelect): Promise<string> {
  const [asked] = await tx.select({ status: action.status }).from(action).where(eq(action.id, current.actionId));
  return [current.status, current.reason, asked?.status, current.startedAt !== null, current.killRequestedAt !== null].join("|");
}
