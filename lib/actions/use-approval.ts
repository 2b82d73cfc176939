import { sql } from "drizzle-orm";
import type { Tx } from "@/db/tenant";
import { conflict } from "@/lib/errors";
import { actionDigest } from "./digest";

/**
 * Uses an approval once, for exactly what was approved: digest (made again from the stored action), policy version (the
 * one approved and the one in force), expiry and 'not yet used' are compared in the statement that marks it used.
 * @throws AppError `conflict` that names what no longer agrees.
 */
export async function useApproval(tx: Tx, ids: { actionId: string; approvalId: string }): Promise<{ decidedBy: string | null }> {
  const [stored] = await tx.execute<StoredAction>(sql`
    select agent_id as "agentId", tool, operation, resource, arguments, policy_version as "policyVersion" from action where id = ${ids.actionId}`);
  if (!stored) throw conflict("The approved action no longer exists.");
  const digest = actionDigest(stored);
  const [used] = await tx.execute<{ decided_by: string | null }>(sql`
    update approval p set used_at = now()
    from agent a
    where p.id = ${ids.approvalId} and p.action_id = ${ids.actionId} and p.status = 'approved' and p.used_at is null and p.expires_at > now()
      and p.digest = ${digest} and p.policy_version = ${stored.policyVersion}
      and a.organization_id = p.organization_id and a.id = p.agent_id and a.policy_version = p.policy_version
    returning p.decided_by`);
  if (used) return { decidedBy: used.decided_by };
  throw conflict(await whyNot(tx, ids.approvalId, digest), "Submit the action again; a person decides anew.");
}

type StoredAction = { agentId: string; tool: string; operation: string; resource: string; arguments: string; policyVersion: number };

async function whyNot(tx: Tx, approvalId: string, digest: Buffer): Promise<string> {
  const [row] = await tx.execute<{ status: string; used: boolean; expired: boolean; same: boolean; policy: boolean }>(sql`
    select p.status, p.used_at is not null as used, p.expires_at <= now() as expired, p.digest = ${digest} as same,
      a.policy_version = p.policy_version as policy
    from approval p join agent a on a.organization_id = p.organization_id and a.id = p.agent_id where p.id = ${approvalId}`);
  if (!row) return "The approval no longer exists.";
  if (row.used) return "The approval was used before; it is good once.";
  if (row.status !== "approved") return `The approval is ${row.status}.`;
  if (row.expired) return "The approval has expired.";
  if (!row.same) return "The action is not the one that was approved.";
  if (!row.policy) return "The agent's policy changed after the approval.";
  return "The approval does not cover this action.";
}
