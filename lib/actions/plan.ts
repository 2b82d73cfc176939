import { createHash } from "node:crypto";
import type { action as actionTable, approval as approvalTable } from "@/db/schema/action";
import type { reservation as reservationTable } from "@/db/schema/budget";
import type { run as runTable } from "@/db/schema/run";
import { askedUnder } from "@/lib/approval-policies/plan";
import { maskText } from "@/lib/approvals/mask";
import type { AuditEntry } from "@/lib/audit/actions";
import type { Crossing } from "@/lib/budgets/reserve";
import type { OpenWindow } from "@/lib/budgets/window";
import { decidingMarks, marksHash } from "@/lib/governance/in-force";
import { newId } from "@/lib/id";
import type { JobEvent } from "@/lib/jobs/events";
import { leaseUsedEntry } from "@/lib/leases/take";
import { actionDigest } from "./digest";
import type { Judgement } from "./judge";
import type { AgentRecord } from "./load-agents";
import { approvalPattern } from "./pattern";
import type { Submission } from "./submission";
import { type Books, take } from "./take";

/** How long an agent may take to begin what was allowed. A run may wait for a free place as long as its function does: a day. */
const grantMs = 15 * 60 * 1000;
const runGrantMs = 24 * 60 * 60 * 1000;

/** Everything one submission writes, decided in memory against locked windows. */
export type Plan = {
  submission: Submission;
  action: typeof actionTable.$inferSelect;
  reservation: typeof reservationTable.$inferInsert | null;
  approval: typeof approvalTable.$inferInsert | null;
  run: typeof runTable.$inferInsert | null;
  crossings: Crossing[];
  audit: AuditEntry[];
  send: JobEvent[];
};

/** How long a run may take, and what is reserved. A run cannot cost more than its whole time limit, so with that set aside the real cost is always covered. */
export function setAside({ input, sandbox }: Pick<Submission, "input" | "sandbox">, agent: Pick<AgentRecord, "maxRunSeconds" | "sandboxSecondMicros">): { limitSeconds: number; amount: number } {
  const limitSeconds = Math.min(agent.maxRunSeconds, sandbox?.args.timeoutSeconds ?? agent.maxRunSeconds);
  return { limitSeconds, amount: Math.max(input.estimatedCostMicros, sandbox ? limitSeconds * agent.sandboxSecondMicros : 0) };
}

/**
 * Decides one submission and writes down what follows from it. Changes `windows` and `books` by what it takes.
 */
export function plan(submission: Submission, agent: AgentRecord, judgement: Judgement, windows: readonly OpenWindow[], books: Books): Plan {
  const { input, ctx, id } = submission;
  const { classification } = judgement;
  const { limitSeconds, amount } = setAside(submission, agent);
  const { decision, held, standing, lease } = take(submission, agent, judgement, amount, windows, books);

  const organizationId = ctx.organizationId;
  const policies = marksHash(agent.marks);
  const digest = actionDigest({ agentId: agent.agentId, tool: input.tool, operation: input.operation, resource: input.resource, arguments: submission.canonical, policies, policyVersion: agent.policyVersion });
  const now = submission.receivedAt;
  const place = { organizationId, workspaceId: agent.workspaceId, projectId: agent.projectId, agentId: agent.agentId };
  const needsApproval = held !== null && decision.outcome === "needs_approval";
  const asked = askedUnder(judgement.plan, now, agent.approvalTtlSeconds);
  const approvalId = needsApproval ? newId() : null;
  const grantEnds = new Date(now.getTime() + (submission.sandbox ? runGrantMs : grantMs));
  const runId = held && submission.sandbox ? newId() : null;

  // Without a spread in it, which would make this the slowest line of a decision.
  const action: Plan["action"] = {
    organizationId,
    workspaceId: agent.workspaceId,
    projectId: agent.projectId,
    agentId: agent.agentId,
    id,
    apiKeyId: ctx.actor.apiKeyId,
    idempotencyKey: submission.idempotencyKey,
    requestHash: submission.requestHash,
    tool: input.tool,
    operation: input.operation,
    resource: input.resource,
    arguments: submission.canonical,
    limits: null,
    digest,
    policyVersion: agent.policyVersion,
    policies,
    purpose: input.purpose,
    declaredRisk: input.declaredRisk ?? null,
    risk: classification.risk,
    riskReasons: classification.reasons,
    sandboxLevel: agent.level,
    decision: decision.outcome,
    rule: decision.rule,
    ruleMessage: decision.message,
    ruleDetail: decision.detail ?? {},
    status: decision.outcome === "deny" ? "denied" : needsApproval ? "pending_approval" : "allowed",
    estimatedCostMicros: input.estimatedCostMicros,
    actualCostMicros: null,
    estimatedTokens: input.estimatedTokens ?? 0,
    actualTokens: null,
    grantUsedAt: null,
    queuedAt: null,
    turnAskedAt: null,
    outcome: null,
    grantExpiresAt: decision.outcome === "allow" ? grantEnds : null,
    createdAt: now,
    endedAt: decision.outcome === "deny" ? now : null,
  };
  const resource = { type: "action", id, name: `${input.tool} ${input.operation}`, workspaceId: agent.workspaceId };
  const audit: AuditEntry[] = [
    {
      action: "actions.decided",
      resource,
      details: {
        agentId: agent.agentId,
        tool: input.tool,
        operation: input.operation,
        // The agent wrote it, and events are kept for years; the digest binds what it said.
        resource: maskText(input.resource).text,
        digest: digest.toString("hex"),
        argumentsSha256: createHash("sha256").update(submission.canonical).digest("hex"),
        policyVersion: agent.policyVersion,
        policies: policies.toString("hex"),
        policyMarks: decidingMarks(agent.marks).split("\n").filter(Boolean),
        decision: decision.outcome,
        rule: decision.rule,
        message: maskText(decision.message).text,
        risk: classification.risk,
        riskReasons: classification.reasons,
        estimatedCostMicros: input.estimatedCostMicros,
        reservedMicros: held ? amount : 0,
        ...(input.estimatedTokens ? { estimatedTokens: input.estimatedTokens } : {}),
        runId,
        ...(lease ? { leaseId: lease.leaseId } : {}),
        ...(standing ? { standingId: standing.standingId } : {}),
        ...(approvalId && judgement.planSources.length > 0 ? { approvalPolicies: judgement.planSources } : {}),
      },
      outcome: decision.outcome === "deny" ? "blocked" : "success",
      severity: decision.outcome === "deny" || classification.risk === "CRITICAL" ? "warning" : "info",
      ...(approvalId ? { approval: { id: approvalId, required: true, policyVersion: agent.policyVersion } } : {}),
      ...(lease?.approvalId ? { approval: { id: lease.approvalId, required: true, by: lease.issuedBy, policyVersion: agent.policyVersion } } : {}),
      ...(standing ? { approval: { id: standing.approvalId, required: true, by: standing.grantedBy, policyVersion: agent.policyVersion } } : {}),
    },
  ];
  if (lease) audit.push(leaseUsedEntry(lease, { id, name: resource.name, agentId: agent.agentId, workspaceId: agent.workspaceId, digest: digest.toString("hex") }));
  const send: JobEvent[] = [];
  if (runId) send.push({ name: "run/created", data: { organizationId, runId, actionId: id, agentId: agent.agentId, approvalId } });

  return {
    submission,
    action,
    reservation: held && {
      id: newId(),
      organizationId,
      actionId: id,
      windowIds: held.windows.map((window) => window.windowId),
      amountMicros: amount,
      status: "held",
      createdAt: now,
      // Whoever decides or takes the grant moves it on; a run's is ended with its run.
      expiresAt: needsApproval ? asked.expiresAt : grantEnds,
    },
    approval: approvalId
      ? {
          ...place,
          id: approvalId,
          kind: "action",
          status: "pending",
          actionId: id,
          requesterPersonId: agent.ownerId,
          requesterAgentId: agent.agentId,
          keyMakerId: agent.keyMakerId,
          digest,
          pattern: approvalPattern(agent.agentId, input),
          policyVersion: agent.policyVersion,
          risk: classification.risk,
          amountMicros: amount,
          why: decision.message,
          reason: input.purpose,
          createdAt: now,
          ...asked,
        }
      : null,
    run:
      runId && submission.sandbox
        ? {
            ...place,
            id: runId,
            actionId: id,
            status: "queued",
            reason: needsApproval ? "Waits for a person's approval." : "",
            language: submission.sandbox.language,
            wallTimeLimitMs: limitSeconds * 1000,
            truncated: "none",
            warnings: [],
            secondMicros: agent.sandboxSecondMicros,
            createdAt: now,
          }
        : null,
    crossings: held?.crossings ?? [],
    audit,
    send,
  };
}
