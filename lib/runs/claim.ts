import { eq } from "drizzle-orm";
import { z } from "zod";
import { action } from "@/db/schema/action";
import { run } from "@/db/schema/run";
import { isDeadlock } from "@/db/error";
import { prepared, type Tx } from "@/db/tenant";
import { authorizeSystem } from "@/lib/ability/authorize";
import { useGrant } from "@/lib/actions/use-grant";
import { noAudit } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { publish } from "@/lib/live/publish";
import { transact } from "@/lib/transact";
import { newNonce } from "@/runner/contract/signing";
import { endRun } from "./end-run";
import { lockActionOf } from "./lock";

export const ClaimRunInput = z.strictObject({ runId: z.uuid() });
export type ClaimRunInput = z.infer<typeof ClaimRunInput>;

/** `ready`: dispatch it now. `slot`: others of this agent go first. `over`: there is nothing left to do. */
export type Claim = "ready" | "slot" | "over";

/**
 * Takes the run's single-use execution grant: the action must still be allowed, under the policy in force by now, and what
 * was approved must be exactly this. A run that may not start ends as `refused` and gives back what it held. Asking again after a crash gives the same answer and uses nothing twice.
 */
export async function claimRun(ctx: Ctx, input: ClaimRunInput): Promise<Claim> {
  try {
    return await claim(ctx, input);
  } catch (error) {
    // A decision that no longer covers the action ends the run: it must not start, now or later.
    if (!(error instanceof AppError && (error.code === "conflict" || error.code === "locked")) || isDeadlock(error)) throw error;
    await refuse(ctx, input.runId, error.message);
    return "over";
  }
}

function claim(ctx: Ctx, input: ClaimRunInput): Promise<Claim> {
  return transact<Claim>(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "runs", "stop");
    const row = await loadForClaim(tx, input.runId);
    if (!row || row.finishedAt) return { value: "over", audit: noAudit("nothing was claimed") };
    if (row.status === "dispatched" || row.status === "running") return { value: "ready", audit: noAudit("claimed before") };
    if (row.actionStatus === "running") return { value: "ready", audit: noAudit("claimed before; the runner has not taken it yet") };
    if (row.actionStatus !== "allowed") return { value: "over", audit: noAudit("the action is not allowed") };
    if (await mustWait(tx, row)) return { value: "slot", audit: noAudit("others of this agent go first") };
    const used = await useGrant(tx, row.actionId);
    await tx.update(run).set({ jobNonce: newNonce(), reason: "" }).where(eq(run.id, input.runId));
    publish(tx, ctx.organizationId, `run:${input.runId}`);
    publish(tx, ctx.organizationId, `action:${row.actionId}`);
    return {
      value: "ready",
      audit: {
        action: "actions.grant_used",
        resource: { type: "action", id: row.actionId, name: row.tool, workspaceId: row.workspaceId },
        details: { runId: input.runId, digest: row.digest.toString("hex"), policyVersion: used.policyVersion },
        ...(used.approvalId ? { approval: { id: used.approvalId, required: true, by: used.decidedBy, policyVersion: row.policyVersion } } : {}),
      },
    };
  }, { turn: "shared" });
}

async function loadForClaim(tx: Tx, runId: string) {
  await lockActionOf(tx, runId);
  const [row] = await tx
    .select({
      status: run.status, finishedAt: run.finishedAt, createdAt: run.createdAt, agentId: run.agentId, workspaceId: run.workspaceId,
      actionId: action.id, actionStatus: action.status, tool: action.tool, digest: action.digest, policyVersion: action.policyVersion,
    })
    .from(run)
    .innerJoin(action, eq(action.id, run.actionId))
    .where(eq(run.id, runId))
    .for("update", { of: run });
  return row;
}

/** Runs of one agent go in order, at most `maxConcurrentRuns` at a time. The agent's row is locked so that two claims take turns. */
async function mustWait(tx: Tx, row: { agentId: string; createdAt: Date }): Promise<boolean> {
  // In this order, without waiting for the first one's answer.
  const [[limits], [before]] = await Promise.all([
    prepared<{ max: number; status: string }>(tx, { text: lockLimits, values: [row.agentId] }),
    prepared<{ count: number }>(tx, { text: countBefore, values: [row.agentId, row.createdAt.toISOString()] }),
  ]);
  if (!limits || limits.status !== "active") throw new AppError("conflict", `The agent is ${limits?.status ?? "gone"}; its runs do not start.`);
  return (before?.count ?? 0) >= limits.max;
}

// The agent's own number, or a lower one that a grid of its organization, workspace or template says.
const lockLimits = `
  select least(p.max_concurrent_runs, (
      select min((d.content #>> '{bounds,maxConcurrentRuns}')::int) from governance_head h
      join governance_document d on d.organization_id = h.organization_id and d.kind = h.kind and d.scope_id = h.scope_id and d.version = h.version
      where h.organization_id = a.organization_id and h.kind = 'capabilities' and h.scope_id in (a.organization_id, a.workspace_id, a.template_id)
    )) as max, a.status from agent a
  join agent_policy p on p.organization_id = a.organization_id and p.agent_id = a.id and p.version = a.policy_version
  where a.id = $1 for update of a`;

const countBefore = `
  select count(*)::int as count from run r
  join action x on x.organization_id = r.organization_id and x.id = r.action_id
  where r.agent_id = $1 and r.finished_at is null and r.status in ('queued', 'waiting_for_runner', 'dispatched', 'running')
    and (x.status = 'running' or (x.status = 'allowed' and r.created_at < $2::timestamptz))`;

async function refuse(ctx: Ctx, runId: string, reason: string): Promise<void> {
  await transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "runs", "stop");
    const ended = await endRun(tx, ctx.organizationId, runId, { status: "refused", reason, costMicros: 0 });
    return ended ? { value: null, audit: ended.audit, send: ended.send } : { value: null, audit: noAudit("it had ended already") };
  });
}
