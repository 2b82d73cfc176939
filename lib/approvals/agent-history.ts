import { desc, eq } from "drizzle-orm";
import { action } from "@/db/schema/action";
import type { Tx } from "@/db/tenant";

const lookedAt = 200;
const shown = 8;

/** What an agent did lately, to judge by what it asks now: figures over its last 200 actions, and the newest of them. */
export type AgentHistory = Awaited<ReturnType<typeof agentHistory>>;

export async function agentHistory(tx: Tx, agentId: string, exceptActionId: string | null) {
  const rows = await tx
    .select({
      id: action.id,
      tool: action.tool,
      operation: action.operation,
      status: action.status,
      decision: action.decision,
      risk: action.risk,
      estimatedCostMicros: action.estimatedCostMicros,
      actualCostMicros: action.actualCostMicros,
      createdAt: action.createdAt,
    })
    .from(action)
    .where(eq(action.agentId, agentId))
    .orderBy(desc(action.createdAt), desc(action.id))
    .limit(lookedAt + 1);
  const others = rows.filter((row) => row.id !== exceptActionId).slice(0, lookedAt);
  const count = (matches: (row: (typeof others)[number]) => boolean) => others.filter(matches).length;
  return {
    lookedAt: others.length,
    since: others.at(-1)?.createdAt ?? null,
    allowed: count((row) => row.decision === "allow"),
    approved: count((row) => row.decision === "needs_approval" && !["pending_approval", "rejected", "expired", "cancelled"].includes(row.status)),
    rejected: count((row) => row.status === "rejected"),
    expired: count((row) => row.status === "expired"),
    denied: count((row) => row.decision === "deny"),
    failed: count((row) => row.status === "failed"),
    spentMicros: others.reduce((sum, row) => sum + (row.actualCostMicros ?? 0), 0),
    recent: others.slice(0, shown),
  };
}
