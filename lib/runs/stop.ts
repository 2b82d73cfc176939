import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { action } from "@/db/schema/action";
import { run } from "@/db/schema/run";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { publish } from "@/lib/live/publish";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { endRun } from "./end-run";
import { lockActionOf } from "./lock";

export const StopRunInput = z.strictObject({ id: z.uuid(), reason: cleanText({ min: 0, max: 500 }).default("") });
export type StopRunInput = z.infer<typeof StopRunInput>;

/**
 * The kill switch of one run. What the runner has not begun ends at once; a sandbox at work is ended by the runner within
 * seconds and its result says so.
 */
export async function stopRun(ctx: Ctx, input: StopRunInput): Promise<{ status: "stopping" | "stopped" }> {
  return transact<{ status: "stopping" | "stopped" }>(ctx, async (tx) => {
    await lockActionOf(tx, input.id);
    const [row] = await tx
      .select({ run, actionStatus: action.status })
      .from(run)
      .innerJoin(action, eq(action.id, run.actionId))
      .where(eq(run.id, input.id))
      .for("update", { of: run });
    if (!row) {
      authorizeAnywhere(tx, ctx, "runs", "stop");
      throw notFound("run");
    }
    authorize(tx, ctx, "runs", "stop", row.run);
    if (row.run.finishedAt) throw conflict(`This run has ended: ${row.run.status}.`);
    const by = ctx.actor.kind === "person" ? ctx.actor.id : null;
    const asked = {
      action: "runs.kill_requested" as const,
      resource: { type: "run", id: row.run.id, name: row.run.language, workspaceId: row.run.workspaceId },
      details: { reason: input.reason, status: row.run.status },
    };
    const kill = { name: "run/kill-requested" as const, data: { organizationId: ctx.organizationId, runId: row.run.id } };
    if (row.run.status === "queued" || row.run.status === "waiting_for_runner") {
      const ended = await endRun(tx, ctx.organizationId, row.run.id, {
        status: "cancelled",
        reason: `Stopped by ${ctx.actor.name} before it began.`,
        costMicros: 0,
        measured: { killRequestedAt: new Date(), killRequestedBy: by },
      });
      // A claimed run may be on its way to the runner at this moment: the runner must hear of the stop, whichever comes first.
      const send = row.run.jobNonce === null ? [] : [kill];
      return { value: { status: "stopped" }, audit: [asked, ...(ended?.audit ?? [])], send: [...(ended?.send ?? []), ...send] };
    }
    const [marked] = await tx
      .update(run)
      .set({ killRequestedAt: sql`now()`, killRequestedBy: by, reason: `${ctx.actor.name} asked to stop it.` })
      .where(and(eq(run.id, row.run.id), isNull(run.finishedAt), isNull(run.killRequestedAt)))
      .returning({ id: run.id });
    if (!marked) throw conflict("Somebody stopped this run already.");
    publish(tx, ctx.organizationId, `run:${row.run.id}`);
    return {
      value: { status: "stopping" },
      audit: asked,
      send: [kill],
    };
  });
}
