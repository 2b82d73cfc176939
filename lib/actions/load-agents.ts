import { prepared, type Statement, type Tx } from "@/db/tenant";
import { locksOn } from "@/lib/locks/standing";
import { documentMarks, documentsInForce, readMarks } from "@/lib/governance/in-force";
import { marksOfKey } from "@/lib/network/known-rules";
import type { UseLimits } from "@/db/schema/agent";
import { effectivePolicy } from "@/lib/policies/effective";
import { narrowestLimits } from "@/lib/policies/use-limits";
import { agentsAbove } from "@/lib/spawn/family";
import type { AgentState } from "./decide";
import { ofKind } from "./policy-stages";

/** What a decision needs to know about the agent behind a key, as it stands in this transaction. */
export type AgentRecord = AgentState & {
  agentName: string;
  scopes: readonly string[];
  projectId: string;
  /** Which network rules the key is under; see `marksOfKey`. */
  network: string;
  /** The person who made the key; null: the portal did. */
  keyMakerId: string | null;
  /** The documents that it is under, as `documentMarks` writes them. */
  marks: string;
  maxRunSeconds: number;
  approvalTtlSeconds: number;
  maxWaitingApprovals: number;
  sandboxSecondMicros: number;
  /** The narrowest of its own and of those above. */
  limits: UseLimits;
  /** How many budgets cover it. */
  budgets: number;
};

const select = `
  select k.id as "keyId", k.scopes, k.created_by as "keyMakerId", k.revoked_at is not null as "keyRevoked", coalesce(k.expires_at <= now(), false) as "keyExpired",
    a.id as "agentId", a.name as "agentName", a.status as "agentStatus", a.kind as "agentKind", a.template_id as "templateId", a.organization_id as "organizationId",
    a.workspace_id as "workspaceId", a.project_id as "projectId", a.owner_id as "ownerId",
    p.version as "policyVersion", p.level, p.tools, p.cost_threshold_micros as "costThresholdMicros", p.risk_threshold as "riskThreshold",
    p.max_waiting_approvals as "maxWaitingApprovals", p.max_run_seconds as "maxRunSeconds", p.approval_ttl_seconds as "approvalTtlSeconds", p.limits,
    ${marksOfKey("a", "k")} as network, ${documentMarks("a")} as marks,
    o.currency, o.sandbox_second_micros as "sandboxSecondMicros",
    (select count(*)::int from budget b where b.archived_at is null
      and b.scope_id in (a.organization_id, a.workspace_id, a.project_id, a.id)) as budgets,
    (select coalesce(json_agg(json_build_object('agentId', pa.id, 'agentKind', pa.kind, 'agentStatus', pa.status, 'ownerId', pa.owner_id, 'templateId', pa.template_id,
        'policyVersion', pp.version, 'level', pp.level, 'tools', pp.tools, 'costThresholdMicros', pp.cost_threshold_micros, 'riskThreshold', pp.risk_threshold) order by up.n), '[]')
      from ${agentsAbove("a")} join agent pa on pa.id = up.id
      join agent_policy pp on pp.organization_id = pa.organization_id and pp.agent_id = pa.id and pp.version = pa.policy_version) as above,
    ${locksOn({ key: "k.id", agent: "a" })} as locks
  from api_key k
  join agent a on a.organization_id = k.organization_id and a.id = k.agent_id
  join agent_policy p on p.organization_id = a.organization_id and p.agent_id = a.id and p.version = a.policy_version
  join organization o on o.id = a.organization_id
  where k.id = any($1::uuid[])`;

/** As Postgres has it; amounts are numbers in JSON and text otherwise. */
export type AgentRow = Omit<AgentRecord, "costThresholdMicros" | "sandboxSecondMicros" | "documents"> & {
  costThresholdMicros: string | number;
  sandboxSecondMicros: string | number;
};

export function agentsOfKeys(apiKeyIds: readonly string[]): Statement {
  return { text: select, values: [apiKeyIds] };
}

/** By API key id, with the documents that each agent is under. A key that is missing has no record, and is denied. */
export async function agentRecords(tx: Tx, rows: readonly AgentRow[]): Promise<Map<string, AgentRecord>> {
  const records = new Map<string, AgentRecord>();
  for (const row of rows) {
    const documents = row.marks === "" ? [] : await documentsInForce(tx, row.organizationId, readMarks(row.marks));
    records.set(row.keyId, agentRecord(row, documents));
  }
  return records;
}

/** An agent under these documents, the widest scope first. */
export function agentRecord(row: AgentRow, documents: AgentRecord["documents"]): AgentRecord {
  const own = { ...row, documents, costThresholdMicros: Number(row.costThresholdMicros), sandboxSecondMicros: Number(row.sandboxSecondMicros) };
  return { ...own, ...boundsAbove(own) };
}

/** What grids above the agent make narrower of its own policy. */
function boundsAbove(own: AgentRecord): Partial<AgentRecord> {
  const above = ofKind(own.documents, "capabilities").flatMap(({ content, scopeType, scopeId, version }) =>
    content ? [{ source: { scopeType, scopeId, version }, tools: [], bounds: content.bounds, limits: content.limits }] : [],
  );
  if (above.length === 0) return {};
  const { costThresholdMicros, riskThreshold, maxRunSeconds, maxWaitingApprovals, approvalTtlSeconds, level } = own;
  const bounds = { costThresholdMicros, maxRunSeconds, maxWaitingApprovals, approvalTtlSeconds, level, riskThreshold: riskThreshold === "CRITICAL" ? "HIGH" : riskThreshold };
  const effective = effectivePolicy([...above, { source: { scopeType: "agent", scopeId: own.agentId, version: own.policyVersion }, tools: [], bounds }]);
  return {
    level: effective.level.value,
    levels: effective.levels,
    costThresholdMicros: effective.costThresholdMicros.value,
    riskThreshold: effective.riskThreshold.value,
    maxRunSeconds: effective.maxRunSeconds.value,
    maxWaitingApprovals: effective.maxWaitingApprovals.value,
    approvalTtlSeconds: effective.approvalTtlSeconds.value,
    limits: narrowestLimits([own.limits, ...above.flatMap(({ limits }) => limits ?? [])]),
  };
}

/** Where the budgets stand that cover it. */
export function scopesOf({ organizationId, workspaceId, projectId, agentId }: Pick<AgentRecord, "organizationId" | "workspaceId" | "projectId" | "agentId">): string[] {
  return [organizationId, workspaceId, projectId, agentId];
}

/** The agent behind a key, or undefined when the key is missing. */
export async function loadAgent(tx: Tx, apiKeyId: string): Promise<AgentRecord | undefined> {
  return (await agentRecords(tx, await prepared<AgentRow>(tx, agentsOfKeys([apiKeyId])))).get(apiKeyId);
}
