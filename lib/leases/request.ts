import { and, count, eq, gt, sql } from "drizzle-orm";
import { z } from "zod";
import { approval } from "@/db/schema/action";
import { agent, agentPolicy, apiKey } from "@/db/schema/agent";
import type { LeaseScope } from "@/db/schema/lease";
import { authorize } from "@/lib/ability/authorize";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { publish } from "@/lib/live/publish";
import { notify } from "@/lib/notices/notify";
import { peopleWith } from "@/lib/notices/people-with";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { leaseScopeFields } from "./scope";
import { leaseRequestDigest } from "./request-digest";
import { scopeWords } from "./words";

const mostPending = 20;

export const RequestLeaseInput = z.strictObject({ ...leaseScopeFields, reason: cleanText({ min: 3, max: 1000, lines: true }) });
export type RequestLeaseInput = z.infer<typeof RequestLeaseInput>;

/**
 * An agent asks for a lease for itself: makes an approval of the kind `access`, bound to exactly what it asks for. Approved,
 * the lease is issued to it; see `getLeaseRequest`.
 * @throws AppError `approval_queue_full` while too many of its requests wait, `policy_denied` when it is not active.
 */
export async function requestLease(ctx: AgentCtx, { reason, ...asked }: RequestLeaseInput): Promise<{ id: string }> {
  const { id: agentId, workspaceId, apiKeyId } = ctx.actor;
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "approvals", "request", { workspaceId, agentId });
    const [asking] = await tx
      .select({ name: agent.name, ownerId: agent.ownerId, projectId: agent.projectId, keyMakerId: apiKey.createdBy, ttlSeconds: agentPolicy.approvalTtlSeconds })
      .from(agent)
      .innerJoin(apiKey, and(eq(apiKey.agentId, agent.id), eq(apiKey.id, apiKeyId)))
      .innerJoin(agentPolicy, and(eq(agentPolicy.agentId, agent.id), eq(agentPolicy.version, agent.policyVersion)))
      .where(and(eq(agent.id, agentId), eq(agent.status, "active"), eq(agent.workspaceId, workspaceId)))
      .for("update", { of: agent });
    if (!asking) throw new AppError("policy_denied", "Only an active agent may ask for a lease.");
    const waiting = and(eq(approval.kind, "access"), eq(approval.status, "pending"), eq(approval.requesterAgentId, agentId), gt(approval.expiresAt, sql`now()`));
    const [pending] = await tx.select({ count: count() }).from(approval).where(waiting);
    if ((pending?.count ?? 0) >= mostPending) throw new AppError("approval_queue_full", `${mostPending} requests of this agent for leases wait already.`, { hint: "Wait until people have decided some of them." });
    const scope: LeaseScope = { agentId, ...asked };
    const id = newId();
    const digest = leaseRequestDigest({ scope, reason, organizationId: ctx.organizationId, workspaceId });
    await tx.insert(approval).values({
      id, organizationId: ctx.organizationId, workspaceId, projectId: asking.projectId, kind: "access", status: "pending", agentId, requesterAgentId: agentId,
      requesterPersonId: asking.ownerId, keyMakerId: asking.keyMakerId, leaseRequest: scope, digest, risk: "HIGH", amountMicros: scope.costTotalMicros,
      why: `It asks for a lease: ${scopeWords(scope)}. While it holds, such actions need no person's yes.`, reason, expiresAt: new Date(Date.now() + asking.ttlSeconds * 1000),
    });
    publish(tx, ctx.organizationId, "approvals");
    const deciders = (await peopleWith(tx, "approvals", "decide", workspaceId)).filter((person) => person.id !== asking.ownerId && person.id !== asking.keyMakerId);
    await notify(tx, ctx.organizationId, { personIds: deciders.map((person) => person.id), dedupeKey: `lease-request:${id}`, title: `${asking.name} asks for a lease`, body: scopeWords(scope), href: `/approvals/${id}` });
    return {
      value: { id },
      audit: {
        action: "approvals.requested",
        resource: { type: "approval", id, name: "lease request", workspaceId },
        details: { kind: "access", digest: digest.toString("hex"), lease: { ...scope }, requesterPersonId: asking.ownerId, requesterAgentId: agentId, reason },
        approval: { id, required: true },
      },
    };
  });
}
