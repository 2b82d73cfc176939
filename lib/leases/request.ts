import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { and, eq, gt, sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { approval } from "@/db/schema/action";
import { agent, agentPolicy, apiKey } from "@/db/schema/agent";
import type { LeaseScope } from "@/db/schema/lease";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import { queueFull, requireRoom } from "@/lib/actions/waiting";
import { askPeople } from "@/lib/approval-policies/ask";
import { requirePatience, stillPending } from "@/lib/approvals/patience";
import { recordingRefusal } from "@/lib/approvals/record-refused";
import { tellAsked } from "@/lib/approvals/tell-asked";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { publish } from "@/lib/live/publish";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { leaseScopeFields } from "./scope";
import { leaseRequestDigest } from "./request-digest";
import { scopeWords } from "./words";

const mostPending = 20;

export const RequestLeaseInput = z.strictObject({ ...leaseScopeFields, reason: cleanText({ min: 3, max: 1000, lines: true }) });
export type RequestLeaseInput = z.infer<typeof RequestLeaseInput>;

/**
 * An agent asks for a lease for itself: makes an approval of the kind `access`, bound to exactly what it asks for, under the
 * approval policies in force. Approved, the lease is issued to it; see `getLeaseRequest`.
 * @throws AppError `conflict` while it asks for the same already; `approval_queue_full` while too many of its requests wait;
 * `rate_limited`; `policy_denied` when it is not active or a policy denies it.
 */
export async function requestLease(ctx: AgentCtx, input: RequestLeaseInput): Promise<{ id: string }> {
  return recordingRefusal(ctx, { kind: "access", amountMicros: input.costTotalMicros, reason: input.reason }, () => transact(ctx, (tx) => ask(tx, ctx, input)));
}

async function ask(tx: Tx, ctx: AgentCtx, { reason, ...asked }: RequestLeaseInput) {
  const { id: agentId, workspaceId, apiKeyId } = ctx.actor;
  const { organizationId } = ctx;
  authorize(tx, ctx, "approvals", "request", { workspaceId, agentId });
  const [asking] = await tx
    .select({ name: agent.name, ownerId: agent.ownerId, projectId: agent.projectId, keyMakerId: apiKey.createdBy, ttlSeconds: agentPolicy.approvalTtlSeconds, maxWaitingApprovals: agentPolicy.maxWaitingApprovals })
    .from(agent)
    .innerJoin(apiKey, and(eq(apiKey.agentId, agent.id), eq(apiKey.id, apiKeyId)))
    .innerJoin(agentPolicy, and(eq(agentPolicy.agentId, agent.id), eq(agentPolicy.version, agent.policyVersion)))
    .where(and(eq(agent.id, agentId), eq(agent.status, "active"), eq(agent.workspaceId, workspaceId)))
    .for("update", { of: agent });
  if (!asking) throw new AppError("policy_denied", "Only an active agent may ask for a lease.");
  const scope: LeaseScope = { agentId, ...asked };
  const pattern = patternOf(scope);
  const own = and(eq(approval.kind, "access"), eq(approval.requesterAgentId, agentId));
  await requireNew(tx, and(own, eq(approval.leaseRequest, scope)));
  await requirePatience(tx, and(own, eq(approval.pattern, pattern)));
  await requireFewWaiting(tx, own);
  await requireRoom(tx, { agentId, maxWaitingApprovals: asking.maxWaitingApprovals });
  const id = newId();
  const now = new Date();
  const digest = leaseRequestDigest({ scope, reason, organizationId, workspaceId });
  const facts = { kind: "access", tool: null, risk: "HIGH", costMicros: scope.costTotalMicros, workspaceId, agentId } as const;
  const { plan, expiresAt, escalatesAt, sources } = await askPeople(tx, facts, now, new Date(now.getTime() + asking.ttlSeconds * 1000));
  await tx.insert(approval).values({
    id, organizationId, workspaceId, projectId: asking.projectId, kind: "access", status: "pending", agentId, requesterAgentId: agentId,
    requesterPersonId: asking.ownerId, keyMakerId: asking.keyMakerId, leaseRequest: scope, digest, pattern, risk: "HIGH", amountMicros: scope.costTotalMicros,
    why: `It asks for a lease: ${scopeWords(scope)}. While it holds, such actions need no person's yes.`, reason, createdAt: now, expiresAt, plan, escalatesAt,
  });
  publish(tx, organizationId, "approvals");
  await tellAsked(tx, organizationId, id, { title: `${asking.name} asks for a lease`, body: scopeWords(scope) });
  return {
    value: { id },
    audit: {
      action: "approvals.requested" as const,
      resource: { type: "approval", id, name: "lease request", workspaceId },
      details: { kind: "access", digest: digest.toString("hex"), lease: { ...scope }, requesterPersonId: asking.ownerId, requesterAgentId: agentId, reason, approvalPolicies: sources.map((source) => ({ ...source })) },
      approval: { id, required: true },
    },
  };
}

/** What look-alikes in the queue share: who asks, and for which tools, operations, resources and domains. */
function patternOf({ agentId, tools, operations, resources, domains }: LeaseScope): Buffer {
  return createHash("sha256").update(canonicalize({ kind: "access", agentId, tools, operations, resources, domains }) ?? "").digest();
}

async function requireNew(tx: Tx, same: SQL | undefined): Promise<void> {
  const pending = await stillPending(tx, same);
  if (!pending) return;
  throw new AppError("conflict", "You already asked for this lease, and it waits for a decision.", { hint: "Wait for the decision.", extensions: { approvalId: pending } });
}

async function requireFewWaiting(tx: Tx, own: SQL | undefined): Promise<void> {
  const waiting = await tx.$count(approval, and(own, eq(approval.status, "pending"), gt(approval.expiresAt, sql`now()`)));
  if (waiting < mostPending) return;
  throw new AppError("approval_queue_full", `${mostPending} requests of this agent for leases wait already.`, { hint: "Wait until people have decided some of them.", extensions: { rule: queueFull } });
}
