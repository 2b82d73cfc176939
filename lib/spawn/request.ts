import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { and, count, eq, gt, isNull, isNotNull, or, sql } from "drizzle-orm";
import { approval } from "@/db/schema/action";
import { agent } from "@/db/schema/agent";
import { spawnRequest, type ChildPolicy } from "@/db/schema/spawn";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import { lockWaiting, queueFull } from "@/lib/actions/waiting";
import { approvalLayers } from "@/lib/approval-policies/layers";
import { approvalPlan, askedUnder } from "@/lib/approval-policies/plan";
import { noAudit } from "@/lib/audit/actions";
import { recordEvent } from "@/lib/audit/record";
import { formatAmount } from "@/lib/budgets/amount";
import { openWindows } from "@/lib/budgets/window";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { publish } from "@/lib/live/publish";
import { notify } from "@/lib/notices/notify";
import { peopleWith } from "@/lib/notices/people-with";
import { transact } from "@/lib/transact";
import { loadCurrency } from "@/lib/workspaces/load";
import { inherit } from "./exceeds";
import { type RequestSpawnInput } from "./input";
import { maxChildren } from "./limits";
import { beyondParent, denied, exceeding, loadParent, requireMayHaveChildren, waitSeconds, type Parent } from "./parent";

/**
 * An agent asks for a child agent. A person decides; nothing is made before. What the child would have is compared with
 * what its parent has now, and is compared again when it is approved.
 * @throws AppError `policy_denied` with `rule` and `exceeds`; `approval_queue_full`; `idempotency_key_reused`; `conflict` for a name that is taken.
 */
export async function requestSpawn(ctx: AgentCtx, input: RequestSpawnInput, idempotencyKey: string): Promise<{ id: string; replayed: boolean }> {
  try {
    return await transact(ctx, (tx) => ask(tx, ctx, input, idempotencyKey));
  } catch (error) {
    if (error instanceof AppError && typeof error.extensions.rule === "string") {
      await recordEvent(ctx, {
        action: "agents.spawn_refused",
        resource: { type: "agent", id: ctx.actor.id, name: ctx.actor.name, workspaceId: ctx.actor.workspaceId },
        details: { rule: error.extensions.rule, message: error.message, name: input.name, kind: input.kind },
        outcome: "blocked",
      });
    }
    throw error;
  }
}

async function ask(tx: Tx, ctx: AgentCtx, input: RequestSpawnInput, idempotencyKey: string) {
  authorize(tx, ctx, "approvals", "request", { workspaceId: ctx.actor.workspaceId, agentId: ctx.actor.id });
  const parent = await loadParent(tx, ctx.actor.id, ctx.actor.apiKeyId);
  if (!parent) throw new AppError("unauthenticated", "This API key no longer exists.");
  const requestHash = createHash("sha256").update(canonicalize(input) ?? "").digest();
  const earlier = await findEarlier(tx, ctx.actor.id, idempotencyKey, requestHash);
  if (earlier) return { value: { id: earlier, replayed: true }, audit: noAudit("it was asked before") };

  requireMayHaveChildren(parent);
  await requireRoom(tx, parent);
  // The child counts in a window of its own that begins anew with the quarter, which would give it its money again.
  const now = parent.key.now ?? new Date();
  const endsAt = new Date(Math.min(now.getTime() + input.lifeSeconds * 1000, endOfQuarter(now).getTime()));
  const scopes = [...new Set(input.scopes ?? ctx.actor.scopes)].sort();
  const wanted = { policy: childPolicy(input, parent), scopes, parentScopes: ctx.actor.scopes, budgetMicros: input.budgetMicros, endsAt, depth: parent.depth + 1 };
  const found = beyondParent(wanted, parent, await openWindows(tx, [ctx.organizationId, parent.workspaceId, parent.projectId, parent.id], false));
  if (found.length > 0) throw exceeding(found);
  await requireFreeName(tx, parent.workspaceId, input.name);

  const ids = { request: newId(), approval: newId() };
  const policy = inherit(wanted.policy, parent.policy);
  const asked = {
    id: ids.request, organizationId: ctx.organizationId, workspaceId: parent.workspaceId, projectId: parent.projectId, parentId: parent.id,
    name: input.name, kind: input.kind, purpose: input.purpose, policy, scopes, budgetMicros: input.budgetMicros, depth: wanted.depth,
    policyVersion: parent.policyVersion, policies: parent.policies,
  };
  const digest = createHash("sha256").update(canonicalize({ ...asked, endsAt: endsAt.toISOString(), approvalId: ids.approval }) ?? "").digest();
  const { plan, until, escalatesAt } = await whoMustApprove(tx, parent, input.budgetMicros, now);
  const expiresAt = new Date(Math.min(until.getTime(), endsAt.getTime()));
  const why = `${parent.name} asks for a child agent of its own, with ${formatAmount(input.budgetMicros, await loadCurrency(tx))} to spend until ${endsAt.toISOString().slice(0, 16).replace("T", " ")} UTC.`;
  await tx.insert(spawnRequest).values({ ...asked, apiKeyId: ctx.actor.apiKeyId, approvalId: ids.approval, idempotencyKey, requestHash, endsAt });
  await tx.insert(approval).values({
    id: ids.approval, organizationId: ctx.organizationId, workspaceId: parent.workspaceId, projectId: parent.projectId, kind: "spawn", status: "pending",
    agentId: parent.id, requesterAgentId: parent.id, requesterPersonId: parent.ownerId, keyMakerId: parent.key.createdBy,
    digest, policyVersion: parent.policyVersion, risk: "HIGH", amountMicros: input.budgetMicros, why, reason: input.purpose, expiresAt, plan, escalatesAt,
  });
  publish(tx, ctx.organizationId, "approvals");
  const deciders = (await peopleWith(tx, "approvals", "decide", parent.workspaceId)).filter(({ id }) => id !== parent.ownerId && id !== parent.key.createdBy);
  await notify(tx, ctx.organizationId, { personIds: deciders.map(({ id }) => id), dedupeKey: `spawn-request:${ids.approval}`, title: "An agent asks for a child agent", body: why, href: `/approvals/${ids.approval}` });
  return {
    value: { id: ids.request, replayed: false },
    audit: {
      action: "approvals.requested" as const,
      resource: { type: "approval", id: ids.approval, name: "spawn request", workspaceId: parent.workspaceId },
      details: { kind: "spawn", digest: digest.toString("hex"), spawnRequestId: ids.request, parent: parent.id, name: input.name, agentKind: input.kind, policy, scopes, budgetMicros: input.budgetMicros, endsAt: endsAt.toISOString(), reason: input.purpose },
      approval: { id: ids.approval, required: true, policyVersion: parent.policyVersion },
    },
  };
}

/** As the approval policies say; a person is asked whatever they say. @throws AppError `policy_denied` where they deny it. */
async function whoMustApprove(tx: Tx, parent: Parent, costMicros: number, now: Date) {
  const facts = { kind: "spawn", tool: null, risk: "HIGH", costMicros, workspaceId: parent.workspaceId, agentId: parent.id } as const;
  const answer = approvalPlan(await approvalLayers(tx, parent.workspaceId), facts);
  if (answer.outcome === "deny") throw denied(answer.rule, answer.message);
  const { expiresAt: until, ...asked } = askedUnder(answer.outcome === "ask" ? answer.plan : null, now, waitSeconds(parent));
  return { ...asked, until };
}

function childPolicy(input: RequestSpawnInput, { policy }: Parent): ChildPolicy {
  return {
    level: input.level ?? policy.level,
    tools: input.tools,
    costThresholdMicros: input.costThresholdMicros ?? policy.costThresholdMicros,
    riskThreshold: input.riskThreshold ?? policy.riskThreshold,
    maxRunSeconds: input.maxRunSeconds ?? policy.maxRunSeconds,
    maxConcurrentRuns: input.maxConcurrentRuns ?? policy.maxConcurrentRuns,
    maxConcurrentTasks: input.maxConcurrentTasks ?? policy.maxConcurrentTasks,
    maxWaitingApprovals: input.maxWaitingApprovals ?? policy.maxWaitingApprovals,
    approvalTtlSeconds: policy.approvalTtlSeconds,
  };
}

async function findEarlier(tx: Tx, parentId: string, idempotencyKey: string, requestHash: Buffer): Promise<string | null> {
  const [row] = await tx.select({ id: spawnRequest.id, requestHash: spawnRequest.requestHash }).from(spawnRequest).where(and(eq(spawnRequest.parentId, parentId), eq(spawnRequest.idempotencyKey, idempotencyKey)));
  if (!row) return null;
  if (Buffer.compare(row.requestHash, requestHash) === 0) return row.id;
  throw new AppError("idempotency_key_reused", "This Idempotency-Key was used for another request.", { hint: "Use a new key for a new request.", extensions: { spawnRequestId: row.id } });
}

/** Neither more children than there may be, asked for or alive, nor more requests than may wait. */
async function requireRoom(tx: Tx, parent: Parent): Promise<void> {
  const living = and(isNotNull(spawnRequest.childId), isNull(spawnRequest.endedAt));
  const asked = and(eq(approval.status, "pending"), gt(approval.expiresAt, sql`now()`));
  const [row] = await tx
    .select({ children: count() })
    .from(spawnRequest)
    .innerJoin(approval, eq(approval.id, spawnRequest.approvalId))
    .where(and(eq(spawnRequest.parentId, parent.id), or(living, asked)));
  if ((row?.children ?? 0) >= maxChildren) throw denied("spawn.too_many", `${maxChildren} children of this agent live or are asked for already.`);
  const waiting = await lockWaiting(tx, [{ agentId: parent.id, maxWaitingApprovals: parent.policy.maxWaitingApprovals }]);
  if ((waiting.get(parent.id)?.count ?? 0) < parent.policy.maxWaitingApprovals) return;
  throw new AppError("approval_queue_full", `${parent.policy.maxWaitingApprovals} requests of this agent wait for a person already.`, { hint: "Wait until people have decided some of them.", extensions: { rule: queueFull } });
}

async function requireFreeName(tx: Tx, workspaceId: string, name: string): Promise<void> {
  const [taken] = await tx.select({ id: agent.id }).from(agent).where(and(eq(agent.workspaceId, workspaceId), eq(agent.name, name)));
  if (taken) throw new AppError("conflict", "There is already an agent of this name in the workspace.", { fields: { name: "is taken; choose another" } });
}

/** In UTC, as the child's budget counts. */
function endOfQuarter(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), Math.floor(now.getUTCMonth() / 3) * 3 + 3, 1));
}
