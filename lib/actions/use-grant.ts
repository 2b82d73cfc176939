import { sql } from "drizzle-orm";
import { prepared, type Tx } from "@/db/tenant";
import { conflict } from "@/lib/errors";
import { decidingMarks, decidingMarksSql, marksHash, marksHashSql } from "@/lib/governance/in-force";
import { leaseOfAction } from "@/lib/leases/standing";
import { leaseRule } from "@/lib/leases/take";
import { inForce, lockOn, locked, type StandingLock } from "@/lib/locks/standing";
import { isRevoked } from "@/lib/standing/is-revoked";
import { standingRule } from "@/lib/standing/take";
import { type AgentRecord, loadAgent } from "./load-agents";
import { judge } from "./judge";
import type { RiskClass, SubmitActionInput } from "./schemas";
import { storedDigest } from "./stored-digest";

/** `policyVersion`: the version in force when the grant was used, under which the action was still allowed. */
export type UsedGrant = { approvalId: string | null; decidedBy: string | null; policyVersion: number };

/**
 * Uses the single-use grant of an action that may begin. Whatever was allowed is decided again under the policy in force;
 * what a person approved is good for the policy version that they approved. Then one statement compares and marks: not
 * used, not expired, agent active where it was, key not revoked, the stored action still the one that was decided on and,
 * where a person was asked, approved, byte for byte. Nothing is marked unless everything agrees.
 * For use where locks are heeded (`turn`).
 * @throws AppError `conflict` that names what no longer agrees; `locked`.
 */
export async function useGrant(tx: Tx, actionId: string): Promise<UsedGrant> {
  // The action before its agent and key, as everywhere; a policy or a key that changes now waits until this is written.
  const [stored] = await prepared<Stored>(tx, { text: lockStored, values: [actionId] });
  if (!stored) throw conflict("The action no longer exists.");
  // In this order, without waiting for one another's answers.
  const [, , state, asked] = await Promise.all([
    prepared(tx, { text: "select 1 from agent where id = $1 for share", values: [stored.agentId] }),
    prepared(tx, { text: "select 1 from api_key where id = $1 for share", values: [stored.apiKeyId] }),
    loadAgent(tx, stored.apiKeyId),
    prepared<StandingLock>(tx, { text: locksOnApproval, values: [actionId] }),
  ]);
  if (!state) throw conflict("The API key that this came with no longer exists.", again);
  const lock = lockOn([...state.locks, ...asked], stored.tool);
  if (lock) throw locked(lock);
  if (stored.rule === standingRule && (await isRevoked(tx, actionId))) throw conflict("The standing approval by which it passed was revoked.", again);
  if (stored.rule === leaseRule) await requireLease(tx, actionId, stored, state);
  else if (stored.decision === "allow") await requireStillAllowed(tx, actionId, stored, state);
  const [used] = await prepared<{ approvalId: string | null; decidedBy: string | null }>(tx, { text: markUsed, values: [actionId, state.policyVersion, decidingMarks(state.marks)] });
  if (used) return { ...used, policyVersion: state.policyVersion };
  throw conflict(await whyNot(tx, actionId), again);
}

const lockStored = `
  select api_key_id as "apiKeyId", agent_id as "agentId", tool, decision, rule, policies, policy_version as "policyVersion" from action where id = $1 for update`;

const locksOnApproval = `
  select l.kind, l.target, l.message, l.until from approval p join lock l on l.kind = 'approval' and l.target = p.id::text
  where p.action_id = $1 and ${inForce}`;

const markUsed = `
  with agreed as (
    select x.id, x.decision, p.id as approval_id, p.decided_by
    from action x
    join agent a on a.organization_id = x.organization_id and a.id = x.agent_id
    join api_key k on k.organization_id = x.organization_id and k.id = x.api_key_id
    left join approval p on p.organization_id = x.organization_id and p.action_id = x.id
    where x.id = $1 and x.status = 'allowed' and x.grant_used_at is null and x.grant_expires_at > now()
      and x.digest = ${storedDigest}
      and a.status = 'active' and a.workspace_id = x.workspace_id and a.policy_version = $2 and k.revoked_at is null
      and $3 = ${decidingMarksSql("a")} and ($3 = '' and x.policies is null or x.decision = 'allow' or x.policies = sha256(convert_to($3, 'UTF8')))
      and case x.decision when 'allow' then p.id is null
        else p.status = 'approved' and p.used_at is null and p.expires_at > now() and p.digest = x.digest
          and p.policy_version = x.policy_version and p.policy_version = a.policy_version and p.workspace_id = a.workspace_id end
  ), approved as (
    update approval p set used_at = now() from agreed g
    where p.id = g.approval_id and p.status = 'approved' and p.used_at is null returning p.id
  )
  update action x set status = 'running', grant_used_at = now() from agreed g
  where x.id = g.id and x.status = 'allowed' and x.grant_used_at is null
    and (g.decision = 'allow' or exists (select 1 from approved))
  returning g.approval_id as "approvalId", g.decided_by as "decidedBy"`;

const again = "Submit the action again; it is decided anew.";

type Stored = {
  apiKeyId: string;
  agentId: string;
  tool: string;
  rule: string;
  decision: "allow" | "needs_approval" | "deny";
  policies: Buffer | null;
  policyVersion: number;
};

/** What a lease stood for a yes to stays allowed as long as the lease holds, under the very policies that it was decided by. */
async function requireLease(tx: Tx, actionId: string, stored: Stored, state: AgentRecord): Promise<void> {
  if (!isUnderSame(stored, state)) throw conflict("The policies that the agent is under changed since the lease let it pass.", again);
  const lease = await leaseOfAction(tx, actionId);
  if (!lease?.holds) throw conflict(lease?.message ?? "The lease by which it passed no longer exists.", again);
}

/**
 * Under the very policies that it was allowed under it still is; under others it is decided again. A key that has merely expired
 * since was in force when it asked; one that was revoked is not trusted any longer.
 */
async function requireStillAllowed(tx: Tx, actionId: string, stored: Stored, state: AgentRecord): Promise<void> {
  if (isUnderSame(stored, state)) return;
  const [row] = await prepared<Resubmitted>(tx, { text: whole, values: [actionId] });
  if (!row) throw conflict("The action no longer exists.");
  const input = { ...row, arguments: JSON.parse(row.arguments), estimatedCostMicros: Number(row.estimatedCostMicros), declaredRisk: row.declaredRisk ?? undefined };
  const { verdict } = judge({ input, receivedAt: new Date() }, { ...state, keyExpired: false });
  if (verdict.outcome === "allow") return;
  throw conflict(`It was allowed, and is not any longer: ${verdict.message}`, again);
}

function isUnderSame(stored: Stored, state: AgentRecord): boolean {
  return stored.policyVersion === state.policyVersion && stored.policies?.equals(marksHash(state.marks)) === true;
}

const whole = `
  select tool, operation, resource, arguments, purpose, estimated_cost_micros as "estimatedCostMicros", declared_risk as "declaredRisk"
  from action where id = $1`;

type Resubmitted = Pick<SubmitActionInput, "tool" | "operation" | "resource" | "purpose"> & { arguments: string; estimatedCostMicros: string; declaredRisk: RiskClass | null };

async function whyNot(tx: Tx, actionId: string): Promise<string> {
  const [row] = await tx.execute<Reasons>(sql`
    select x.status, x.decision, x.grant_used_at is not null as "taken", x.grant_expires_at > now() as "inTime", x.digest = ${sql.raw(storedDigest)} as "same",
      a.status as "agentStatus", a.workspace_id = x.workspace_id as "samePlace", k.revoked_at is not null as "keyRevoked",
      p.status as "approval", p.used_at is not null as "approvalUsed", p.expires_at > now() as "approvalInTime", p.digest = x.digest as "approvalSame",
      p.policy_version = a.policy_version and x.policy_version = a.policy_version as "samePolicy",
      coalesce(x.policies, sha256('')) = ${sql.raw(marksHashSql("a"))} as "sameDocuments"
    from action x
    join agent a on a.organization_id = x.organization_id and a.id = x.agent_id
    join api_key k on k.organization_id = x.organization_id and k.id = x.api_key_id
    left join approval p on p.organization_id = x.organization_id and p.action_id = x.id
    where x.id = ${actionId}`);
  if (!row) return "The action no longer exists.";
  if (row.status === "pending_approval") return "This action still waits for approval.";
  if (row.taken || row.status !== "allowed") return `This action is ${row.status}; a grant is good once.`;
  if (!row.same) return "The stored action is not the one that was decided on.";
  if (row.agentStatus !== "active") return `The agent is ${row.agentStatus}; it may not act.`;
  if (!row.samePlace) return "The agent is in another workspace by now.";
  if (row.keyRevoked) return "The API key that this came with was revoked.";
  if (row.decision !== "allow") {
    if (row.approval === null) return "The approval no longer exists.";
    if (row.approvalUsed) return "The approval was used before; it is good once.";
    if (row.approval !== "approved") return `The approval is ${row.approval}.`;
    if (!row.approvalSame) return "The action is not the one that was approved.";
    if (!row.samePolicy) return "The agent's policy changed after the approval.";
    if (!row.sameDocuments) return "The policies that the agent is under changed after the approval.";
    if (!row.approvalInTime) return "The approval has expired.";
  }
  if (!row.inTime) return "The grant has expired; it was good for a short time.";
  return "The decision does not cover this action.";
}

type Reasons = {
  status: string;
  decision: string;
  taken: boolean;
  inTime: boolean | null;
  same: boolean;
  agentStatus: string;
  samePlace: boolean;
  keyRevoked: boolean;
  approval: string | null;
  approvalUsed: boolean;
  approvalInTime: boolean | null;
  approvalSame: boolean | null;
  samePolicy: boolean | null;
  sameDocuments: boolean;
};
