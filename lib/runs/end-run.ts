import { and, eq, isNull, sql } from "drizzle-orm";
import { action, approval } from "@/db/schema/action";
import { run, type RunStatus } from "@/db/schema/run";
import type { Tx } from "@/db/tenant";
import { afterCommit } from "@/lib/after-commit";
import type { AuditEntry } from "@/lib/audit/actions";
import { noteCrossings } from "@/lib/budgets/alert";
import { settleReservation } from "@/lib/budgets/settle";
import type { JobEvent } from "@/lib/jobs/events";
import { publish } from "@/lib/live/publish";
import { metrics } from "@/lib/metrics/metrics";
import { lockActionOf } from "./lock";

export type RunEnd = {
  status: Extract<RunStatus, "succeeded" | "failed" | "timed_out" | "out_of_memory" | "output_limit" | "disk_limit" | "killed" | "refused" | "cancelled" | "lost">;
  reason: string;
  costMicros: number;
  measured?: Partial<typeof run.$inferInsert>;
  /** Hashes for the audit event. */
  evidence?: AuditEntry["details"];
};

const actionStatusOf = { succeeded: "succeeded", cancelled: "cancelled", refused: "failed" } as const;

/**
 * Ends a run once: the run, its action, its reservation and the events. Null when it had ended before, whoever was
 * first; then nothing is changed.
 */
export async function endRun(tx: Tx, organizationId: string, runId: string, end: RunEnd): Promise<{ audit: AuditEntry[]; send: JobEvent[] } | null> {
  await lockActionOf(tx, runId);
  const [ended] = await tx
    .update(run)
    .set({ ...end.measured, status: end.status, reason: end.reason, costMicros: end.costMicros, finishedAt: sql`now()` })
    .where(and(eq(run.id, runId), isNull(run.finishedAt)))
    .returning();
  if (!ended) return null;
  const outcome = { run: runId, status: end.status, reason: end.reason, exitCode: end.measured?.exitCode ?? null };
  const [done] = await tx
    .update(action)
    .set({
      status: end.status in actionStatusOf ? actionStatusOf[end.status as keyof typeof actionStatusOf] : "failed",
      actualCostMicros: end.costMicros,
      outcome,
      endedAt: sql`now()`,
    })
    .where(and(eq(action.id, ended.actionId), isNull(action.endedAt)))
    .returning({ tool: action.tool, digest: action.digest });
  afterCommit(tx, () => metrics().runsEnded.inc({ status: end.status }));
  const settled = await settleReservation(tx, ended.actionId, end.costMicros);
  const alerts = await noteCrossings(tx, organizationId, settled?.crossings ?? []);
  const withdrawn = await cancelApproval(tx, organizationId, ended.actionId);
  publish(tx, organizationId, `run:${runId}`);
  publish(tx, organizationId, `action:${ended.actionId}`);
  const good = end.status === "succeeded";
  return {
    audit: [
      {
        action: "runs.finished",
        resource: { type: "run", id: runId, name: done?.tool ?? "run", workspaceId: ended.workspaceId },
        details: {
          actionId: ended.actionId,
          digest: done?.digest.toString("hex") ?? null,
          status: end.status,
          reason: end.reason,
          costMicros: end.costMicros,
          reservedMicros: settled?.reservedMicros ?? 0,
          overrunMicros: settled?.overrunMicros ?? 0,
          ...end.evidence,
        },
        outcome: good ? "success" : end.status === "refused" ? "blocked" : "failure",
        severity: good || end.status === "cancelled" ? "info" : "notice",
      },
      ...alerts.audit,
      ...withdrawn.audit,
    ],
    send: [{ name: "run/finished", data: { organizationId, runId, agentId: ended.agentId } }, ...alerts.send, ...withdrawn.send],
  };
}

/** Nobody is asked any longer about a run that has ended. */
async function cancelApproval(tx: Tx, organizationId: string, actionId: string): Promise<{ audit: AuditEntry[]; send: JobEvent[] }> {
  const [open] = await tx
    .update(approval)
    .set({ status: "cancelled" })
    .where(and(eq(approval.actionId, actionId), eq(approval.status, "pending")))
    .returning({ id: approval.id, workspaceId: approval.workspaceId });
  if (!open) return { audit: [], send: [] };
  publish(tx, organizationId, "approvals");
  return {
    audit: [{ action: "approvals.cancelled", resource: { type: "approval", id: open.id, name: "action request", workspaceId: open.workspaceId }, details: { actionId, because: "its run ended" } }],
    send: [{ name: "approval/decided", data: { organizationId, approvalId: open.id } }],
  };
}
