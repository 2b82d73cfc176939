import { sql } from "drizzle-orm";
import { type AnyPgColumn, bigint, check, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { riskClasses, sandboxLevels } from "./agent";
import type { ApprovalPlan } from "./approval-plan";
import { bytea, createdAt, instant, micros, tenantId } from "./columns";
import type { LeaseScope } from "./lease";

/** The riskiest first: 0 is CRITICAL. */
export const riskRank = (risk: AnyPgColumn) => sql<number>`(case ${risk} when 'CRITICAL' then 0 when 'HIGH' then 1 when 'MEDIUM' then 2 else 3 end)`;

export const actionStatuses = [
  "denied",
  "pending_approval",
  "allowed",
  "running",
  "succeeded",
  "failed",
  "rejected",
  "expired",
  "cancelled",
] as const;

export const decisionOutcomes = ["allow", "needs_approval", "deny"] as const;

/** What an agent asked to do, and what was decided. */
export const action = pgTable(
  "action",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    workspaceId: uuid().notNull(),
    projectId: uuid().notNull(),
    agentId: uuid().notNull(),
    apiKeyId: uuid().notNull(),
    idempotencyKey: text().notNull(),
    /** SHA-256 of the canonical request: the same key with another body is refused. */
    requestHash: bytea().notNull(),
    tool: text().notNull(),
    operation: text().notNull(),
    resource: text().notNull(),
    /** RFC 8785 canonical JSON of the arguments, files included. */
    arguments: text().notNull(),
    /** What a person narrowed it to and its agent accepted, as RFC 8785 JSON of `amountMicros` and `seconds`; null: nothing. Part of the digest. */
    limits: text(),
    /** SHA-256 over agent, tool, operation, resource, arguments, limits, policies and policy version: what an approval is bound to. */
    digest: bytea().notNull(),
    policyVersion: integer().notNull(),
    /** SHA-256 over the documents that were in force for the agent; see `documentMarks`. Null: from before there were any. */
    policies: bytea(),
    purpose: text().notNull().default(""),
    declaredRisk: text({ enum: riskClasses }),
    risk: text({ enum: riskClasses }).notNull(),
    riskReasons: jsonb().$type<string[]>().notNull(),
    sandboxLevel: text({ enum: sandboxLevels }).notNull(),
    decision: text({ enum: decisionOutcomes }).notNull(),
    /** The id of the rule that decided, e.g. `budget.hard_cap`. */
    rule: text().notNull(),
    ruleMessage: text().notNull(),
    /** What a refusal needs said beyond its message, e.g. the budget, what is left and when it resets. */
    ruleDetail: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    status: text({ enum: actionStatuses }).notNull(),
    estimatedCostMicros: micros().notNull(),
    actualCostMicros: micros(),
    /** Tokens of language models, in and out together, as its agent expects. They count against its agent's limits. */
    estimatedTokens: bigint({ mode: "number" }).notNull().default(0),
    /** As its agent reported; null: not reported. */
    actualTokens: bigint({ mode: "number" }),
    /** Set once, by whoever carries the action out. */
    grantUsedAt: instant(),
    /** Until when an allowed action may be carried out. */
    grantExpiresAt: instant(),
    /** When its agent first asked to begin while too much else of it was under way: its place in the queue. */
    queuedAt: instant(),
    /** When the agent last asked for its turn; who asks no more lets the others by. */
    turnAskedAt: instant(),
    outcome: jsonb().$type<Record<string, unknown>>(),
    createdAt: createdAt(),
    endedAt: instant(),
  },
  (t) => [
    uniqueIndex("action_idempotency").on(t.organizationId, t.agentId, t.idempotencyKey),
    index("action_agent_recent").on(t.organizationId, t.agentId, t.createdAt.desc(), t.id.desc()),
    // What an agent has under way, and what of it waits for its turn.
    index("action_under_way").on(t.organizationId, t.agentId).where(sql`${t.status} = 'running'`),
    index("action_queued").on(t.organizationId, t.agentId, t.queuedAt, t.id).where(sql`${t.status} = 'allowed' and ${t.queuedAt} is not null`),
    index("action_recent").on(t.organizationId, t.createdAt.desc(), t.id.desc()),
    check("action_cost", sql`${t.estimatedCostMicros} >= 0 and (${t.actualCostMicros} is null or ${t.actualCostMicros} >= 0)`),
  ],
);

export const approvalKinds = ["action", "budget", "spawn", "access"] as const;
export const approvalStatuses = ["pending", "approved", "rejected", "expired", "cancelled"] as const;

/** A request for more money in one window of one budget. */
export type BudgetRequest = { budgetId: string; windowId: string; amountMicros: number };

export const approval = pgTable(
  "approval",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    workspaceId: uuid(),
    projectId: uuid(),
    kind: text({ enum: approvalKinds }).notNull(),
    status: text({ enum: approvalStatuses }).notNull(),
    agentId: uuid(),
    actionId: uuid(),
    /** The person who asked, or who owns the asking agent: they may not decide. */
    requesterPersonId: uuid(),
    requesterAgentId: uuid(),
    /** The person who made the API key that the request came with: they hold it, perhaps, so they may not decide either. */
    keyMakerId: uuid(),
    budgetRequest: jsonb().$type<BudgetRequest>(),
    /** Of kind `access`: the lease that is asked for. */
    leaseRequest: jsonb().$type<LeaseScope>(),
    /** What exactly is approved; see `action.digest`. */
    digest: bytea().notNull(),
    /** What look-alikes share; see `approvalPattern`. Null: it is like no other. */
    pattern: bytea(),
    /** The change that is offered to the agent and waits for its answer: nobody decides meanwhile. */
    narrowingId: uuid(),
    policyVersion: integer(),
    risk: text({ enum: riskClasses }).notNull(),
    amountMicros: micros().notNull(),
    /** Why a person is asked: the rule's message. */
    why: text().notNull(),
    /** What the requester wrote. */
    reason: text().notNull().default(""),
    createdAt: createdAt(),
    expiresAt: instant().notNull(),
    decidedAt: instant(),
    decidedBy: uuid(),
    decisionReason: text(),
    /** Who must say yes, as the approval policies were when it was asked. Null: one person who may decide. */
    plan: jsonb().$type<ApprovalPlan>(),
    /** The stage that is decided now, from 0. */
    stage: integer().notNull().default(0),
    /** The age in seconds whose escalation has come last, 0 for none; and when the next is due. */
    escalated: integer().notNull().default(0),
    escalatesAt: instant(),
    /** Set once, when the approved thing is carried out. */
    usedAt: instant(),
  },
  (t) => [
    // The queue: pending only, the riskiest and oldest first, so that a page reads no more than its own.
    index("approval_queue").on(t.organizationId, riskRank(t.risk), t.createdAt, t.id).where(sql`${t.status} = 'pending'`),
    // How many of one agent's wait, and its own part of the queue.
    index("approval_waiting").on(t.organizationId, t.agentId, t.expiresAt).where(sql`${t.status} = 'pending'`),
    // Look-alikes of one risk, counted and decided together.
    index("approval_alike").on(t.organizationId, t.pattern, t.risk, t.createdAt, t.id).where(sql`${t.status} = 'pending' and ${t.pattern} is not null`),
    // Figures of who decided what, and how fast.
    index("approval_decided_at").on(t.organizationId, t.decidedAt).where(sql`${t.decidedAt} is not null`),
    index("approval_recent").on(t.organizationId, t.createdAt.desc(), t.id.desc()),
    // What the clock looks for.
    index("approval_escalation").on(t.organizationId, t.escalatesAt).where(sql`${t.status} = 'pending' and ${t.escalatesAt} is not null`),
    uniqueIndex("approval_action").on(t.organizationId, t.actionId).where(sql`${t.actionId} is not null`),
    check("approval_decided", sql`(${t.status} in ('approved', 'rejected')) = (${t.decidedAt} is not null)`),
    check(
      "approval_not_own",
      sql`${t.decidedBy} is null or coalesce((${t.plan} ->> 'ownerMayDecide')::boolean and ${t.risk} <> 'CRITICAL', false)
        or (${t.decidedBy} is distinct from ${t.requesterPersonId} and ${t.decidedBy} is distinct from ${t.keyMakerId})`,
    ),
    check("approval_used_when_approved", sql`${t.usedAt} is null or ${t.status} = 'approved'`),
  ],
);
