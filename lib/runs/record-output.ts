import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { run, runOutput } from "@/db/schema/run";
import { authorizeSystem } from "@/lib/ability/authorize";
import { afterCommit } from "@/lib/after-commit";
import { noAudit } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { faultPoint } from "@/lib/fault-point";
import { publish } from "@/lib/live/publish";
import { metrics } from "@/lib/metrics/metrics";
import { transact } from "@/lib/transact";
import type { OutputCallback } from "@/runner/contract/schemas";
import { noteDispatch } from "./note-dispatch";
import { takeOnce, type Once } from "./open-callback";

/** Stores a piece of live output. The same piece twice changes nothing. */
export async function recordOutput(ctx: Ctx, input: OutputCallback, once: Once): Promise<void> {
  await transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "actions", "report");
    await takeOnce(tx, ctx.organizationId, once);
    const rows = input.chunks.map((chunk) => ({
      organizationId: ctx.organizationId,
      runId: input.runId,
      stream: chunk.stream,
      position: chunk.offset,
      seq: input.seq,
      data: Buffer.from(chunk.dataBase64, "base64"),
    }));
    await tx.insert(runOutput).values(rows).onConflictDoNothing();
    const noted = await noteDispatch(tx, input.runId);
    const [begun] = await tx
      .update(run)
      .set({ status: "running", startedAt: sql`coalesce(${run.startedAt}, now())` })
      .where(and(eq(run.id, input.runId), isNull(run.finishedAt), inArray(run.status, ["queued", "waiting_for_runner", "dispatched"])))
      .returning({ dispatchedAt: run.dispatchedAt, startedAt: run.startedAt });
    if (begun?.dispatchedAt && begun.startedAt) {
      const seconds = Math.max(0, begun.startedAt.getTime() - begun.dispatchedAt.getTime()) / 1000;
      afterCommit(tx, () => metrics().firstOutputSeconds.observe(seconds));
    }
    publish(tx, ctx.organizationId, `run:${input.runId}`);
    await faultPoint("output.written");
    return { value: null, audit: noted.length > 0 ? noted : noAudit("output is evidence of the run; its hash is in the event that ends it") };
  });
  await faultPoint("output.committed");
}

