import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { and, count, eq, gt, isNull, isNotNull, or, sql } from "drizzle-orm";
import { approval } from "@/db/schema/action";
import { agent } from "@/db/schema/agent";
import { spawnRequest, type ChildPolicy } from "@/db/schema/spawn";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import { requireRoom } from "@/lib/actions/waiting";
import { askPeople } from "@/lib/approval-policies/ask";
import { tellAsked } from "@/lib/approvals/tell-asked";
import { noAudit } from "@/lib/audit/actions";
import { recordEvent } from "@/lib/audit/record";
import { formatAmount } from "@/lib/budgets/amount";
import { openWindows } from "@/lib/budgets/window";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { publish } from "@/lib/live/publish";
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
  await requireFewChildren(tx, parent);
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
  const until = new Date(Math.min(now.getTime() + waitSeconds(parent) * 1000, endsAt.getTime()));
  const facts = { kind: "spawn", tool: null, risk: "HIGH", costMicros: input.budgetMicros, workspaceId: parent.workspaceId, agentId: parent.id } as const;
  const { plan, expiresAt, escalatesAt, sources } = await askPeople(tx, facts, now, until);
  const why = `${parent.name} asks for a child agent of its own, with ${formatAmount(input.budgetMicros, await loadCurrency(tx))} to spend until ${endsAt.toISOString().slice(0, 16).replace("T", " ")} UTC.`;
  await tx.insert(spawnRequest).values({ ...asked, apiKeyId: ctx.actor.apiKeyId, approvalId: ids.approval, idempotencyKey, requestHash, endsAt });
  await tx.insert(approval).values({
    id: ids.approval, organizationId: ctx.organizationId, workspaceId: parent.workspaceId, projectId: parent.projectId, kind: "spawn", status: "pending",
    agentId: parent.id, requesterAgentId: parent.id, requesterPersonId: parent.ownerId, keyMakerId: parent.key.createdBy,
    digest, policyVersion: parent.policyVersion, risk: "HIGH", amountMicros: input.budgetMicros, why, reason: input.purpose, expiresAt, plan, escalatesAt, createdAt: now,
  });
  publish(tx, ctx.organizationId, "approvals");
  await tellAsked(tx, ctx.organizationId, ids.approval, { title: "An agent asks for a child agent", body: why });
  return {
    value: { id: ids.request, replayed: false },
    audit: {
      action: "approvals.requested" as const,
      resource: { type: "approval", id: ids.approval, name: "spawn request", workspaceId: parent.workspaceId },
      details: { kind: "spawn", digest: digest.toString("hex"), spawnRequestId: ids.request, parent: parent.id, name: input.name, agentKind: input.kind, policy, scopes, budgetMicros: input.budgetMicros, endsAt: endsAt.toISOString(), reason: input.purpose, approvalPolicies: sources.map((source) => ({ ...source })) },
      approval: { id: ids.approval, required: true, policyVersion: parent.policyVersion },
    },
  };
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
    limits: { ...policy.limits, ...input.limits },
  };
}

async function findEarlier(tx: Tx, parentId: string, idempotencyKey: string, requestHash: Buffer): Promise<string | null> {
  const [row] = await tx.select({ id: spawnRequest.id, requestHash: spawnRequest.requestHash }).from(spawnRequest).where(and(eq(spawnRequest.parentId, parentId), eq(spawnRequest.idempotencyKey, idempotencyKey)));
  if (!row) return null;
  if (Buffer.compare(row.requestHash, requestHash) === 0) return row.id;
  throw new AppError("idempotency_key_reused", "This Idempotency-Key was used for another request.", { hint: "Use a new key for a new request.", extensions: { spawnRequestId: row.id } });
}

/** Neither more children than there may be, asked for or alive, nor more requests than may wait. */
async function requireFewChildren(tx: Tx, parent: Parent): Promise<void> {
  const living = and(isNotNull(spawnRequest.childId), isNull(spawnRequest.endedAt));
  const asked = and(eq(approval.status, "pending"), gt(approval.expiresAt, sql`now()`));
  const [row] = await tx
    .select({ children: count() })
    .from(spawnRequest)
    .innerJoin(approval, eq(approval.id, spawnRequest.approvalId))
    .where(and(eq(spawnRequest.parentId, parent.id), or(living, asked)));
  if ((row?.children ?? 0) >= maxChildren) throw denied("spawn.too_many", `${maxChildren} children of this agent live or are asked for already.`);
  await requireRoom(tx, { agentId: parent.id, maxWaitingApprovals: parent.policy.maxWaitingApprovals });
}

async function requireFreeName(tx: Tx, workspaceId: string, name: string): Promise<void> {
  const [taken] = await tx.select({ id: agent.id }).from(agent).where(and(eq(agent.workspaceId, workspaceId), eq(agent.name, name)));
  if (taken) throw new AppError("conflict", "There is already an agent of this name in the workspace.", { fields: { name: "is taken; choose another" } });
}

/** In UTC, as the child's budget counts. */
function endOfQuarter(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), Math.floor(now.getUTCMonth() / 3) * 3 + 3, 1));
}
