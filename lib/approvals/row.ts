import { eq, getTableColumns, sql } from "drizzle-orm";
import { action, approval } from "@/db/schema/action";
import { agent, apiKey } from "@/db/schema/agent";
import { budget, budgetWindow } from "@/db/schema/budget";
import type { Tx } from "@/db/tenant";
import { marksHashSql } from "@/lib/governance/in-force";
import { locksOn, type StandingLock } from "@/lib/locks/standing";

const locks = locksOn({ key: "api_key.id", agent: "agent.id", workspace: "agent.workspace_id", approval: "approval.id" });

/** An approval with what decides whether it can be decided. */
export async function selectApproval(tx: Tx, id: string) {
  const [row] = await tx
    .select({
      ...getTableColumns(approval),
      tool: action.tool,
      operation: action.operation,
      actionStatus: action.status,
      agentName: agent.name,
      agentOwnerId: agent.ownerId,
      agentStatus: agent.status,
      agentPolicyVersion: agent.policyVersion,
      agentWorkspaceId: agent.workspaceId,
      documentsChanged: sql<boolean>`coalesce(coalesce(${action.policies}, sha256('')) <> ${sql.raw(marksHashSql("agent"))}, false)`,
      keyRevokedAt: apiKey.revokedAt,
      locks: sql<StandingLock[]>`${sql.raw(locks)}`,
    })
    .from(approval)
    .leftJoin(action, eq(action.id, approval.actionId))
    .leftJoin(agent, eq(agent.id, approval.agentId))
    .leftJoin(apiKey, eq(apiKey.id, action.apiKeyId))
    .where(eq(approval.id, id));
  if (!row) return null;
  const windowId = row.budgetRequest?.windowId;
  const [window] = windowId
    ? await tx
        .select({ startsAt: budgetWindow.startsAt, endsAt: budgetWindow.endsAt, archivedAt: budget.archivedAt })
        .from(budgetWindow)
        .innerJoin(budget, eq(budget.id, budgetWindow.budgetId))
        .where(eq(budgetWindow.id, windowId))
    : [];
  return { ...row, window: window ?? null };
}

export type ApprovalRow = NonNullable<Awaited<ReturnType<typeof selectApproval>>>;

/** What an approval is about, in a few words. The tool's name is the agent's own text. */
export function approvalName(row: Pick<ApprovalRow, "kind" | "tool" | "operation">): string {
  if (row.kind === "spawn") return "spawn request";
  return row.kind === "budget" ? "budget request" : `${row.tool ?? row.kind} ${row.operation ?? ""}`.trim();
}
