import { eq } from "drizzle-orm";
import { z } from "zod";
import { run } from "@/db/schema/run";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { lockActionOf } from "./lock";
import { stopOpenRun } from "./stop-open";

export const StopRunInput = z.strictObject({ id: z.uuid(), reason: cleanText({ min: 0, max: 500 }).default("") });
export type StopRunInput = z.infer<typeof StopRunInput>;

/**
 * The kill switch of one run. What the runner has not begun ends at once; a sandbox at work is ended by the runner within
 * seconds and its result says so.
 */
export async function stopRun(ctx: Ctx, input: StopRunInput): Promise<{ status: "stopping" | "stopped" }> {
  return transact<{ status: "stopping" | "stopped" }>(ctx, async (tx) => {
    await lockActionOf(tx, input.id);
    const [row] = await tx.select().from(run).where(eq(run.id, input.id)).for("update");
    if (!row) {
      authorizeAnywhere(tx, ctx, "runs", "stop");
      throw notFound("run");
    }
    authorize(tx, ctx, "runs", "stop", row);
    if (row.finishedAt) throw conflict(`This run has ended: ${row.status}.`);
    const stop = await stopOpenRun(tx, ctx, row, input.reason);
    if (!stop) throw conflict("Somebody stopped this run already.");
    const { status, audit, send } = stop;
    return { value: { status }, audit, send };
  });
}
