import { and, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { action, approval } from "@/db/schema/action";
import { narrowing } from "@/db/schema/narrowing";
import { run } from "@/db/schema/run";
import type { Tx } from "@/db/tenant";
import type { ActionView } from "./schemas";
import { queueOf } from "./task-queue";

const { arguments: _megabytes, ...columns } = getTableColumns(action);

/** An action without its arguments, which may be megabytes long. */
export type ActionRow = Omit<typeof action.$inferSelect, "arguments"> & {
  approvalId: string | null;
  runId: string | null;
  /** Absent right after the request, when nobody can have answered yet. */
  decisionReason?: string | null;
  narrowing?: OfferedNarrowing | null;
  queue?: ActionView["queue"];
};

type OfferedNarrowing = Pick<typeof narrowing.$inferSelect, "id" | "digestAfter" | "amountMicros" | "seconds" | "reason"> & { argumentsChanged: boolean };

/** Actions with their approval and run; add order and limit at the call. */
export function selectActions(tx: Tx, where: SQL | undefined) {
  return tx
    .select({
      ...columns,
      approvalId: approval.id,
      runId: run.id,
      queue: sql<ActionView["queue"]>`case when ${action.status} = 'allowed' and ${action.queuedAt} is not null then ${sql.raw(queueOf("action"))} end`,
      decisionReason: approval.decisionReason,
      narrowing: {
        id: narrowing.id, digestAfter: narrowing.digestAfter, amountMicros: narrowing.amountMicros, seconds: narrowing.seconds, reason: narrowing.reason,
        argumentsChanged: sql<boolean>`${narrowing.argumentsAfter} is not null`,
      },
    })
    .from(action)
    .leftJoin(approval, and(eq(approval.organizationId, action.organizationId), eq(approval.actionId, action.id)))
    .leftJoin(narrowing, and(eq(narrowing.organizationId, approval.organizationId), eq(narrowing.id, approval.narrowingId)))
    .leftJoin(run, and(eq(run.organizationId, action.organizationId), eq(run.actionId, action.id)))
    .where(where)
    .$dynamic();
}

export function actionView(row: ActionRow): ActionView {
  return {
    id: row.id,
    agentId: row.agentId,
    tool: row.tool,
    operation: row.operation,
    resource: row.resource,
    purpose: row.purpose,
    status: row.status,
    decision: { outcome: row.decision, rule: row.rule, message: row.ruleMessage, risk: row.risk, riskReasons: row.riskReasons },
    digest: row.digest.toString("hex"),
    policyVersion: row.policyVersion,
    estimatedCostMicros: row.estimatedCostMicros,
    actualCostMicros: row.actualCostMicros,
    estimatedTokens: row.estimatedTokens,
    actualTokens: row.actualTokens,
    approvalId: row.approvalId,
    runId: row.runId,
    decisionReason: row.decisionReason || null,
    narrowing: row.status === "pending_approval" && row.narrowing ? narrowingView(row.narrowing) : null,
    queue: row.status === "allowed" ? (row.queue ?? null) : null,
    outcome: row.outcome,
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

function narrowingView({ digestAfter, ...offered }: OfferedNarrowing): ActionView["narrowing"] {
  return { ...offered, digest: digestAfter.toString("hex") };
}
