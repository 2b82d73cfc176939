import { and, eq, isNull, sql } from "drizzle-orm";
import { run, type RunStatus } from "@/db/schema/run";
import type { Tx } from "@/db/tenant";
import { afterCommit } from "@/lib/after-commit";
import type { AuditEntry } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import type { JobEvent } from "@/lib/jobs/events";
import { publish } from "@/lib/live/publish";
import { endRun } from "./end-run";
import { killJob } from "./runner-client";

export type OpenRun = { id: string; workspaceId: string; status: RunStatus; jobNonce: string | null; language: string };
export type Stop = { status: "stopping" | "stopped"; audit: AuditEntry[]; send: JobEvent[] };

/**
 * Stops a run that has not ended, inside a verb that has locked its action and it and asked whether it may. Null: somebody
 * asked for it already.
 */
export async function stopOpenRun(tx: Tx, ctx: Ctx, open: OpenRun, reason: string): Promise<Stop | null> {
  const by = ctx.actor.kind === "person" ? ctx.actor.id : null;
  const asked: AuditEntry = {
    action: "runs.kill_requested",
    resource: { type: "run", id: open.id, name: open.language, workspaceId: open.workspaceId },
    details: { reason, status: open.status },
  };
  const kill: JobEvent = { name: "run/kill-requested", data: { organizationId: ctx.organizationId, runId: open.id } };
  if (open.status === "queued" || open.status === "waiting_for_runner") {
    const ended = await endRun(tx, ctx.organizationId, open.id, {
      status: "cancelled",
      reason: `Stopped by ${ctx.actor.name} before it began.`,
      costMicros: 0,
      measured: { killRequestedAt: new Date(), killRequestedBy: by },
    });
    // A claimed run may be on its way to the runner at this moment: the runner must hear of the stop, whichever comes first.
    const send = open.jobNonce === null ? [] : [kill];
    return { status: "stopped", audit: [asked, ...(ended?.audit ?? [])], send: [...(ended?.send ?? []), ...send] };
  }
  const [marked] = await tx
    .update(run)
    .set({ killRequestedAt: sql`now()`, killRequestedBy: by, reason: `${ctx.actor.name} asked to stop it.` })
    .where(and(eq(run.id, open.id), isNull(run.finishedAt), isNull(run.killRequestedAt)))
    .returning({ id: run.id });
  if (!marked) return null;
  publish(tx, ctx.organizationId, `run:${open.id}`);
  // At once, since seconds count where something must stop; the job tells the runner again until it has heard.
  afterCommit(tx, () => void killJob(open.id).catch(() => undefined));
  return { status: "stopping", audit: [asked], send: [kill] };
}
