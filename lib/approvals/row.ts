import { eq, getTableColumns, sql } from "drizzle-orm";
import { action, approval } from "@/db/schema/action";
import { agent, apiKey } from "@/db/schema/agent";
import { budget, budgetWindow } from "@/db/schema/budget";
import type { Tx } from "@/db/tenant";
import { marksHashSql } from "@/lib/governance/in-force";
import { locksOn, type StandingLock } from "@/lib/locks/standing";

/** A decision that was made, with the roles that who it counts for has now; none where they, or who decided for them, may nothing any more. */
export type MadeDecision = {
  stage: number; decision: "approved" | "rejected"; breakGlass: boolean; reason: string; at: string;
  personId: string; personName: string; behalfId: string | null; behalfName: string | null; roles: string[];
};

/** Somebody who gave their part in approvals to another, for now. */
export type Delegated = { toPersonId: string; id: string; name: string; roles: string[] };

const decisions = `(select coalesce(json_agg(json_build_object('stage', d.stage, 'decision', d.decision, 'breakGlass', d.break_glass, 'reason', d.reason, 'at', d.created_at,
    'personId', d.person_id, 'personName', p.name, 'behalfId', d.on_behalf_of, 'behalfName', b.name,
    'roles', case when held_roles(d.person_id, approval.workspace_id) = '{}' then '{}'::text[] else held_roles(coalesce(d.on_behalf_of, d.person_id), approval.workspace_id) end)
    order by d.created_at, d.id), '[]')
  from approval_decision d join person p on p.id = d.person_id left join person b on b.id = d.on_behalf_of where d.approval_id = approval.id)`;

const delegations = `(select coalesce(json_agg(json_build_object('toPersonId', g.to_person_id, 'id', f.id, 'name', f.name, 'roles', held_roles(f.id, approval.workspace_id))), '[]')
  from delegation g join person f on f.id = g.from_person_id
  where approval.plan is not null and g.ended_at is null and g.starts_at <= now() and g.ends_at > now() and (g.workspace_id is null or g.workspace_id = approval.workspace_id))`;

/** SQL of all accounts of the people with these ids. */
const accountsOf = (ids: string) => `(select coalesce(array_agg(distinct one), '{}') from unnest(${ids}) as who (id), unnest(accounts_of(who.id)) as one where who.id is not null)`;

const locks = locksOn({ key: "api_key.id", agent: "agent", approval: "approval.id" });

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
      managerId: sql<string | null>`coalesce(${agent.managerPersonId}, (select m.owner_id from agent m where m.id = ${agent.managerAgentId}))`,
      ownerAccounts: sql<string[]>`${sql.raw(accountsOf("array[approval.requester_person_id, agent.owner_id]"))}`,
      keyMakerAccounts: sql<string[]>`${sql.raw(accountsOf("array[approval.key_maker_id]"))}`,
      decisions: sql<MadeDecision[]>`${sql.raw(decisions)}`,
      usedAccounts: sql<string[]>`${sql.raw(accountsOf("(select array_agg(d.person_id) || array_agg(d.on_behalf_of) from approval_decision d where d.approval_id = approval.id)"))}`,
      delegations: sql<Delegated[]>`${sql.raw(delegations)}`,
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
