import type { action as actionTable, approval as approvalTable } from "@/db/schema/action";
import type { reservation as reservationTable } from "@/db/schema/budget";
import type { run as runTable } from "@/db/schema/run";
import type { AuditEntry } from "@/lib/audit/actions";
import { formatAmount } from "@/lib/budgets/amount";
import { reserve, type Crossing } from "@/lib/budgets/reserve";
import { leftMicros, type OpenWindow } from "@/lib/budgets/window";
import { decidingMarks, type DocumentInForce, marksHash } from "@/lib/governance/in-force";
import { newId } from "@/lib/id";
import type { JobEvent } from "@/lib/jobs/events";
import { classify, type Classification } from "@/lib/classification/classify";
import { boundariesOf } from "@/lib/boundaries/of-action";
import { type AgentState, decide, type Decision, type Subject } from "./decide";
import { actionDigest } from "./digest";
import { approvalPattern } from "./pattern";
import type { AgentRecord } from "./load-agents";
import type { Submission } from "./submission";
import { queueFull, type Waiting } from "./waiting";

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

/** What the agent's policy says of a submission: everything that needs no look at others. */
export type Judgement = { classification: Classification; verdict: Decision };

type Judged = { input: Subject["input"] & Parameters<typeof boundariesOf>[0] & Parameters<typeof classify>[0]; receivedAt: Date };

export function judge({ input, receivedAt }: Judged, state: AgentState): Judgement {
  const rules = state.documents.find((document): document is DocumentInForce<"classification"> => document.kind === "classification");
  const classification = classify(input, rules?.content ?? undefined);
  return { classification, verdict: decide({ input, state, classification, boundaries: boundariesOf(input), at: receivedAt }) };
}

/**
 * Decides one submission and writes down what follows from it. Changes `windows` by what it reserves, and `waiting`, which
 * must be locked for an agent that has to ask.
 */
export function plan(submission: Submission, agent: AgentRecord, judgement: Judgement, windows: readonly OpenWindow[], waiting: Waiting | undefined): Plan {
  const { input, ctx, id } = submission;
  const { classification } = judgement;
  const limitSeconds = Math.min(agent.maxRunSeconds, submission.sandbox?.args.timeoutSeconds ?? agent.maxRunSeconds);
  // A run cannot cost more than its whole time limit, so with that set aside the real cost is always covered.
  const amount = Math.max(input.estimatedCostMicros, submission.sandbox ? limitSeconds * agent.sandboxSecondMicros : 0);
  const verdict = withinQueue(judgement.verdict, agent, waiting);
  const reserved = verdict.outcome === "deny" ? null : reserve(windows, amount);
  const decision = reserved && !reserved.ok ? overBudget(reserved.window, reserved.leftMicros, amount, agent.currency) : verdict;
  const held = reserved?.ok ? reserved : null;

  const organizationId = ctx.organizationId;
  const policies = marksHash(agent.marks);
  const digest = actionDigest({ agentId: agent.agentId, tool: input.tool, operation: input.operation, resource: input.resource, arguments: submission.canonical, policies, policyVersion: agent.policyVersion });
  const now = submission.receivedAt;
  const place = { organizationId, workspaceId: agent.workspaceId, projectId: agent.projectId, agentId: agent.agentId };
  const needsApproval = held !== null && decision.outcome === "needs_approval";
  if (needsApproval && waiting) waiting.count++;
  const approvalEnds = new Date(now.getTime() + agent.approvalTtlSeconds * 1000);
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
    grantUsedAt: null,
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
        resource: input.resource,
        digest: digest.toString("hex"),
        argumentsSha256: submission.requestHash.toString("hex"),
        policyVersion: agent.policyVersion,
        policies: policies.toString("hex"),
        policyMarks: decidingMarks(agent.marks).split("\n").filter(Boolean),
        decision: decision.outcome,
        rule: decision.rule,
        message: decision.message,
        risk: classification.risk,
        riskReasons: classification.reasons,
        estimatedCostMicros: input.estimatedCostMicros,
        reservedMicros: held ? amount : 0,
        runId,
      },
      outcome: decision.outcome === "deny" ? "blocked" : "success",
      severity: decision.outcome === "deny" || classification.risk === "CRITICAL" ? "warning" : "info",
      ...(approvalId ? { approval: { id: approvalId, required: true, policyVersion: agent.policyVersion } } : {}),
    },
  ];
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
      expiresAt: needsApproval ? approvalEnds : grantEnds,
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
          expiresAt: approvalEnds,
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

/** What has to wait for a person is refused when too much of the agent waits already. */
function withinQueue(verdict: Decision, agent: AgentRecord, waiting: Waiting | undefined): Decision {
  const limit = agent.maxWaitingApprovals;
  if (verdict.outcome !== "needs_approval" || (waiting && waiting.count < limit)) return verdict;
  return {
    outcome: "deny",
    rule: queueFull,
    message: `This needs a person's yes, and ${limit} requests of this agent wait for one already, which is as many as its policy lets wait.`,
    detail: { waiting: { limit }, withdraw: { method: "POST", path: "/api/v1/actions/{id}/cancel" } },
  };
}

function overBudget(window: OpenWindow, left: number, amount: number, currency: string): Decision {
  const cap = window.capMicros + window.raisedMicros;
  const missing = amount - leftMicros(window);
  const state = missing > amount ? `is overdrawn by ${formatAmount(missing - amount, currency)}, with a cap of` : `has ${formatAmount(left, currency)} left of`;
  return {
    outcome: "deny",
    rule: "budget.hard_cap",
    message:
      `The ${window.period}'s budget of the ${window.scopeType} ${state} ${formatAmount(cap, currency)}; ` +
      `this needs ${formatAmount(amount, currency)}. It resets at ${window.endsAt.toISOString()}.`,
    detail: {
      budget: {
        id: window.budgetId,
        windowId: window.windowId,
        scope: window.scopeType,
        scopeId: window.scopeId,
        period: window.period,
        capMicros: cap,
        leftMicros: left,
        neededMicros: amount,
        currency,
        resetsAt: window.endsAt.toISOString(),
      },
      ask: { method: "POST", path: "/api/v1/budget-requests", body: { budgetId: window.budgetId, amountMicros: missing, reason: "Why it is needed" } },
    },
  };
}
