import { prepared, type Tx } from "@/db/tenant";
import type { AgentState } from "./decide";

/** What a decision needs to know about the agent behind a key, as it stands in this transaction. */
export type AgentRecord = AgentState & {
  agentId: string;
  agentName: string;
  scopes: readonly string[];
  organizationId: string;
  workspaceId: string;
  projectId: string;
  ownerId: string;
  /** The person who made the key; null: the portal did. */
  keyMakerId: string | null;
  maxRunSeconds: number;
  approvalTtlSeconds: number;
  maxWaitingApprovals: number;
  sandboxSecondMicros: number;
  /** How many budgets cover it. */
  budgets: number;
};

const select = `
  select k.id as "keyId", k.scopes, k.revoked_at is not null as "keyRevoked", coalesce(k.expires_at <= now(), false) as "keyExpired",
    a.id as "agentId", a.name as "agentName", a.status as "agentStatus", a.organization_id as "organizationId",
    a.workspace_id as "workspaceId", a.project_id as "projectId", a.owner_id as "ownerId",
    p.version as "policyVersion", p.level, p.tools, p.cost_threshold_micros as "costThresholdMicros", p.risk_threshold as "riskThreshold",
    p.max_waiting_approvals as "maxWaitingApprovals", p.max_run_seconds as "maxRunSeconds", p.approval_ttl_seconds as "approvalTtlSeconds",
    o.currency, o.sandbox_second_micros as "sandboxSecondMicros",
    (select count(*)::int from budget b where b.archived_at is null
      and b.scope_id in (a.organization_id, a.workspace_id, a.project_id, a.id)) as budgets
  from api_key k
  join agent a on a.organization_id = k.organization_id and a.id = k.agent_id
  join agent_policy p on p.organization_id = a.organization_id and p.agent_id = a.id and p.version = a.policy_version
  join organization o on o.id = a.organization_id
  where k.id = any($1::uuid[])`;

type Row = Omit<AgentRecord, "costThresholdMicros" | "sandboxSecondMicros"> & { keyId: string; costThresholdMicros: string; sandboxSecondMicros: string };

/** By API key id. A key that is missing has no record, and is denied. */
export async function loadAgents(tx: Tx, apiKeyIds: readonly string[]): Promise<Map<string, AgentRecord>> {
  const rows = await prepared<Row>(tx, { text: select, values: [[...new Set(apiKeyIds)]] });
  return new Map(
    rows.map(({ keyId, ...row }) => [
      keyId,
      { ...row, costThresholdMicros: Number(row.costThresholdMicros), sandboxSecondMicros: Number(row.sandboxSecondMicros) },
    ]),
  );
}
