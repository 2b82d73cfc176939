import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { approval, type BudgetRequest } from "@/db/schema/action";
import { agent, apiKey } from "@/db/schema/agent";
import { budget } from "@/db/schema/budget";
import { organization } from "@/db/schema/organization";
import type { Tx } from "@/db/tenant";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import type { AgentCtx, PersonCtx } from "@/lib/ctx/ctx";
import { AppError, notFound } from "@/lib/errors";
import { newId } from "@/lib/id";
import { publish } from "@/lib/live/publish";
import { notify } from "@/lib/notices/notify";
import { peopleWith } from "@/lib/notices/people-with";
import { cleanText, microsSchema } from "@/lib/text";
import { transact } from "@/lib/transact";
import { formatAmount } from "./amount";
import { microsInput } from "./micros-input";
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

export type RaiseRequested = { approvalId: string; budgetId: string; windowId: string; amountMicros: number; status: "pending"; expiresAt: string };

/**
 * Asks for more money in the window of a budget that runs now: makes an approval of the kind `budget`. A person needs
 * approvals.request on it; an agent asks for budgets that cover it.
 * @throws AppError `not_found`, or `conflict` while the same asks for the same window.
 */
export async function requestRaise(ctx: PersonCtx | AgentCtx, input: RequestRaiseInput): Promise<RaiseRequested> {
  return transact(ctx, async (tx) => {
    const requester = await loadRequester(tx, ctx);
    const found = await loadBudget(tx, ctx, input.budgetId);
    const window = (await openWindows(tx, [found.scopeId], false)).find((one) => one.budgetId === found.id);
    if (!window) throw notFound("budget");
    await requireNonePending(tx, requester, window.windowId);

    const id = newId();
    const budgetRequest: BudgetRequest = { budgetId: found.id, windowId: window.windowId, amountMicros: input.amountMicros };
    const digest = digestOf(budgetRequest, requester, input.reason);
    const expiresAt = new Date(Math.min(window.endsAt.getTime(), Date.now() + longestMs));
    const words = describe(window, found, input.amountMicros);
    await tx.insert(approval).values({
      id,
      organizationId: ctx.organizationId,
      workspaceId: found.workspaceId,
      projectId: found.scopeType === "project" ? found.scopeId : null,
      kind: "budget",
      status: "pending",
      ...requester,
      agentId: requester.requesterAgentId,
      budgetRequest,
      digest,
      risk: riskOf(input.amountMicros, window.capMicros),
      amountMicros: input.amountMicros,
      why: words.why,
      reason: input.reason,
      expiresAt,
    });
    publish(tx, ctx.organizationId, "approvals");
    const deciders = (await peopleWith(tx, "budgets", "override", found.workspaceId)).filter((person) => person.id !== requester.requesterPersonId && person.id !== requester.keyMakerId);
    await notify(tx, ctx.organizationId, { personIds: deciders.map((person) => person.id), dedupeKey: `budget-request:${id}`, title: words.title, body: words.why, href: `/approvals/${id}` });
    return {
      value: { approvalId: id, budgetId: found.id, windowId: window.windowId, amountMicros: input.amountMicros, status: "pending", expiresAt: expiresAt.toISOString() },
      audit: {
        action: "approvals.requested",
        resource: { type: "approval", id, name: "budget request", workspaceId: found.workspaceId },
        details: { kind: "budget", digest: digest.toString("hex"), ...budgetRequest, requesterPersonId: requester.requesterPersonId, requesterAgentId: requester.requesterAgentId, reason: input.reason },
        approval: { id, required: true },
      },
    };
  });
}

type Requester = { requesterPersonId: string; requesterAgentId: string | null; keyMakerId: string | null };

/** For an agent it is the owner who may not decide, and whoever made the key that asks. */
async function loadRequester(tx: Tx, ctx: PersonCtx | AgentCtx): Promise<Requester> {
  if (ctx.actor.kind === "person") return { requesterPersonId: ctx.actor.id, requesterAgentId: null, keyMakerId: null };
  const [row] = await tx
    .select({ ownerId: agent.ownerId, keyMakerId: apiKey.createdBy })
    .from(agent)
    .innerJoin(apiKey, eq(apiKey.agentId, agent.id))
    .where(and(eq(agent.id, ctx.actor.id), eq(agent.status, "active"), eq(apiKey.id, ctx.actor.apiKeyId)));
  if (!row) throw new AppError("policy_denied", "Only an active agent may ask for money.");
  return { requesterPersonId: row.ownerId, requesterAgentId: ctx.actor.id, keyMakerId: row.keyMakerId };
}

/** The budget, locked so that two requests take turns. */
async function loadBudget(tx: Tx, ctx: PersonCtx | AgentCtx, id: string) {
  const [row] = await tx
    .select({ id: budget.id, scopeType: budget.scopeType, scopeId: budget.scopeId, workspaceId: budget.workspaceId, currency: organization.currency })
    .from(budget)
    .innerJoin(organization, eq(organization.id, budget.organizationId))
    .where(and(eq(budget.id, id), isNull(budget.archivedAt)))
    .for("update", { of: budget });
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

async function requireNonePending(tx: Tx, requester: Requester, windowId: string): Promise<void> {
  const [pending] = await tx
    .select({ id: approval.id })
    .from(approval)
    .where(
      and(
        eq(approval.status, "pending"),
        eq(approval.kind, "budget"),
        gt(approval.expiresAt, sql`now()`),
        requester.requesterAgentId
          ? eq(approval.requesterAgentId, requester.requesterAgentId)
          : and(isNull(approval.requesterAgentId), eq(approval.requesterPersonId, requester.requesterPersonId)),
        sql`${approval.budgetRequest} ->> 'windowId' = ${windowId}`,
      ),
    )
    .limit(1);
  if (!pending) return;
  throw new AppError("conflict", "You already asked for more money in this window, and it waits for a decision.", {
    hint: "Wait for the decision, or withdraw that request first.",
    extensions: { approvalId: pending.id },
  });
}

/** What an approval of money is bound to: RFC 8785 form of who asks for how much in which window, and why. */
function digestOf(request: BudgetRequest, requester: Requester, reason: string): Buffer {
  return createHash("sha256").update(canonicalize({ kind: "budget", ...request, ...requester, reason }) ?? "").digest();
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
