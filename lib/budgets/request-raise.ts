import { and, eq, isNull, sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { approval, type BudgetRequest } from "@/db/schema/action";
import { agent, agentPolicy, apiKey } from "@/db/schema/agent";
import { budget } from "@/db/schema/budget";
import { organization } from "@/db/schema/organization";
import type { Tx } from "@/db/tenant";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import { requireRoom } from "@/lib/actions/waiting";
import { askPolicies, type Asked } from "@/lib/approval-policies/ask";
import type { ApprovalFacts } from "@/lib/approval-policies/plan";
import { madeBy, requirePatience, stillPending } from "@/lib/approvals/patience";
import { raiseBudget } from "@/lib/approvals/raise-budget";
import { recordingRefusal } from "@/lib/approvals/record-refused";
import { tellAsked } from "@/lib/approvals/tell-asked";
import type { AgentCtx, PersonCtx } from "@/lib/ctx/ctx";
import { AppError, notFound } from "@/lib/errors";
import { newId } from "@/lib/id";
import { publish } from "@/lib/live/publish";
import { cleanText, microsSchema } from "@/lib/text";
import { transact } from "@/lib/transact";
import { formatAmount } from "./amount";
import { microsInput } from "./micros-input";
import { raiseDigest } from "./raise-digest";
import { scopeNames } from "./scope-names";
import { leftMicros, openWindows, type OpenWindow } from "./window";

const longestMs = 7 * 24 * 60 * 60 * 1000;

export const RequestRaiseInput = z.strictObject({
  budgetId: z.uuid(),
  /** What is asked for on top of the cap, in micro-units. */
  amountMicros: microsInput(microsSchema.min(1, "must be more than nothing")),
  reason: cleanText({ min: 3, max: 1000, lines: true }),
});
export type RequestRaiseInput = z.infer<typeof RequestRaiseInput>;

/** `approved`: an approval policy let it happen without a person. */
export type RaiseRequested = { approvalId: string; budgetId: string; windowId: string; amountMicros: number; status: "pending" | "approved"; expiresAt: string };

/**
 * Asks for more money in the window of a budget that runs now: makes an approval of the kind `budget`, under the approval
 * policies in force. A person needs approvals.request on it; an agent asks for budgets that cover it.
 * @throws AppError `not_found`; `conflict` while the same asks for the same window; `policy_denied` where a policy denies it;
 * `approval_queue_full`, `rate_limited`.
 */
export async function requestRaise(ctx: PersonCtx | AgentCtx, input: RequestRaiseInput): Promise<RaiseRequested> {
  const { amountMicros, reason } = input;
  return recordingRefusal(ctx, { kind: "budget", amountMicros, reason }, () => transact(ctx, (tx) => ask(tx, ctx, input)));
}

async function ask(tx: Tx, ctx: PersonCtx | AgentCtx, { budgetId, amountMicros, reason }: RequestRaiseInput) {
  const { maxWaitingApprovals, ...requester } = await loadRequester(tx, ctx);
  const found = await loadBudget(tx, ctx, budgetId);
  // Locked, so that two requests take turns: before anything else, as everywhere.
  const window = (await openWindows(tx, [found.scopeId], true)).find((one) => one.budgetId === found.id);
  if (!window) throw notFound("budget");
  const same = and(eq(approval.kind, "budget"), madeBy(requester), sql`${approval.budgetRequest} ->> 'windowId' = ${window.windowId}`);
  await requireNonePending(tx, same);
  await requirePatience(tx, same);
  if (requester.requesterAgentId) await requireRoom(tx, { agentId: requester.requesterAgentId, maxWaitingApprovals });

  const id = newId();
  const now = new Date();
  const until = new Date(Math.min(window.endsAt.getTime(), now.getTime() + longestMs));
  const facts = { kind: "budget", tool: null, risk: riskOf(amountMicros, window.capMicros), costMicros: amountMicros, workspaceId: found.workspaceId, agentId: requester.requesterAgentId } as const;
  const asked = await whoDecides(tx, facts, window, now, until);
  const budgetRequest: BudgetRequest = { budgetId: found.id, windowId: window.windowId, amountMicros };
  const digest = raiseDigest(budgetRequest, requester, reason);
  const words = describe(window, found, amountMicros);
  const row = {
    id, organizationId: ctx.organizationId, workspaceId: found.workspaceId, projectId: found.scopeType === "project" ? found.scopeId : null, kind: "budget" as const,
    ...requester, agentId: requester.requesterAgentId, budgetRequest, digest, risk: facts.risk, amountMicros, reason, createdAt: now,
  };
  const isAsked = asked.outcome === "ask";
  await tx.insert(approval).values(
    isAsked
      ? { ...row, status: "pending", why: words.why, plan: asked.plan, expiresAt: asked.expiresAt, escalatesAt: asked.escalatesAt }
      : { ...row, status: "approved", why: asked.message, decidedAt: now, decisionReason: asked.message, expiresAt: until },
  );
  publish(tx, ctx.organizationId, "approvals");
  if (isAsked) await tellAsked(tx, ctx.organizationId, id, { title: words.title, body: words.why });
  const raised = isAsked ? [] : [await raiseBudget(tx, row)];
  return {
    value: { approvalId: id, budgetId: found.id, windowId: window.windowId, amountMicros, status: isAsked ? ("pending" as const) : ("approved" as const), expiresAt: (isAsked ? asked.expiresAt : until).toISOString() },
    audit: [
      {
        action: "approvals.requested" as const,
        resource: { type: "approval", id, name: "budget request", workspaceId: found.workspaceId },
        details: {
          kind: "budget", digest: digest.toString("hex"), ...budgetRequest, requesterPersonId: requester.requesterPersonId, requesterAgentId: requester.requesterAgentId, reason,
          approvalPolicies: asked.sources.map((source) => ({ ...source })), ...(isAsked ? {} : { decision: "allow", rule: asked.rule, message: asked.message }),
        },
        approval: { id, required: isAsked },
      },
      ...raised,
    ],
  };
}

/** What is allowed without a person is counted together for a window: many small raises are one large one. */
async function whoDecides(tx: Tx, facts: ApprovalFacts, window: OpenWindow, now: Date, until: Date): Promise<Asked> {
  const alone = await askPolicies(tx, facts, now, until);
  if (alone.outcome === "ask") return alone;
  const [before] = await tx
    .select({ micros: sql<number>`coalesce(sum(${approval.amountMicros}), 0)`.mapWith(Number) })
    .from(approval)
    .where(and(eq(approval.kind, "budget"), eq(approval.status, "approved"), isNull(approval.decidedBy), sql`${approval.budgetRequest} ->> 'windowId' = ${window.windowId}`));
  const costMicros = facts.costMicros + (before?.micros ?? 0);
  return askPolicies(tx, { ...facts, costMicros, risk: riskOf(costMicros, window.capMicros) }, now, until);
}

type Requester = { requesterPersonId: string; requesterAgentId: string | null; keyMakerId: string | null; maxWaitingApprovals: number };

/** For an agent it is the owner who may not decide, and whoever made the key that asks. */
async function loadRequester(tx: Tx, ctx: PersonCtx | AgentCtx): Promise<Requester> {
  if (ctx.actor.kind === "person") return { requesterPersonId: ctx.actor.id, requesterAgentId: null, keyMakerId: null, maxWaitingApprovals: 0 };
  const [row] = await tx
    .select({ ownerId: agent.ownerId, keyMakerId: apiKey.createdBy, maxWaitingApprovals: agentPolicy.maxWaitingApprovals })
    .from(agent)
    .innerJoin(apiKey, eq(apiKey.agentId, agent.id))
    .innerJoin(agentPolicy, and(eq(agentPolicy.agentId, agent.id), eq(agentPolicy.version, agent.policyVersion)))
    .where(and(eq(agent.id, ctx.actor.id), eq(agent.status, "active"), eq(apiKey.id, ctx.actor.apiKeyId)));
  if (!row) throw new AppError("policy_denied", "Only an active agent may ask for money.");
  return { requesterPersonId: row.ownerId, requesterAgentId: ctx.actor.id, keyMakerId: row.keyMakerId, maxWaitingApprovals: row.maxWaitingApprovals };
}

async function loadBudget(tx: Tx, ctx: PersonCtx | AgentCtx, id: string) {
  const [row] = await tx
    .select({ id: budget.id, scopeType: budget.scopeType, scopeId: budget.scopeId, workspaceId: budget.workspaceId, currency: organization.currency })
    .from(budget)
    .innerJoin(organization, eq(organization.id, budget.organizationId))
    .where(and(eq(budget.id, id), isNull(budget.archivedAt)));
  const { actor } = ctx;
  const covers = row && (actor.kind === "person" || [ctx.organizationId, actor.workspaceId, actor.projectId, actor.id].includes(row.scopeId));
  if (!covers) {
    if (actor.kind === "agent") authorize(tx, ctx, "approvals", "request", { workspaceId: actor.workspaceId, agentId: actor.id });
    else authorizeAnywhere(tx, ctx, "approvals", "request");
    throw notFound("budget");
  }
  authorize(tx, ctx, "approvals", "request", { workspaceId: row.workspaceId, agentId: actor.kind === "agent" ? actor.id : null });
  const names = await scopeNames(tx, [row]);
  return { ...row, scopeName: names.get(row.scopeId) ?? row.scopeType };
}

async function requireNonePending(tx: Tx, same: SQL | undefined): Promise<void> {
  const pending = await stillPending(tx, same);
  if (!pending) return;
  throw new AppError("conflict", "You already asked for more money in this window, and it waits for a decision.", {
    hint: "Wait for the decision, or withdraw that request first.",
    extensions: { approvalId: pending },
  });
}

/** By how much of the cap is asked for on top. */
function riskOf(amountMicros: number, capMicros: number): "LOW" | "MEDIUM" | "HIGH" {
  if (BigInt(amountMicros) * 10n <= BigInt(capMicros)) return "LOW";
  return BigInt(amountMicros) * 2n <= BigInt(capMicros) ? "MEDIUM" : "HIGH";
}

function describe(window: OpenWindow, found: { scopeName: string; currency: string }, amountMicros: number): { title: string; why: string } {
  const money = (micros: number) => formatAmount(micros, found.currency);
  const cap = window.capMicros + window.raisedMicros;
  return {
    title: `${money(amountMicros)} more is asked for: ${found.scopeName}`,
    why:
      `The ${window.period}'s budget of the ${window.scopeType} ${found.scopeName} has ${money(Math.max(0, leftMicros(window)))} left of ${money(cap)}; ` +
      `${money(amountMicros)} more is asked for until ${window.endsAt.toISOString().slice(0, 16).replace("T", " ")} UTC.`,
  };
}
