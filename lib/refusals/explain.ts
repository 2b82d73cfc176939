import { eq } from "drizzle-orm";
import { agent } from "@/db/schema/agent";
import { person } from "@/db/schema/people";
import { inTenant } from "@/db/tenant";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { AppError, type ErrorCode } from "@/lib/errors";
import { log } from "@/lib/log";
import { guideOf, teams } from "./guide";

/** The rule of a refusal that names none itself. */
const ruleOf: Partial<Record<ErrorCode, string>> = {
  forbidden: "key.scope",
  network_not_allowed: "key.network",
  locked: "lock",
  budget_exceeded: "budget.hard_cap",
  approval_queue_full: "approvals.queue_full",
  policy_denied: "policy.denied",
};

/**
 * The refusal with the rule that made it, who answers for that rule, and how to ask: what a program needs to tell its
 * people. What is not refused by a rule (a mistake in the request, an outage) stays as it is.
 */
export async function explainRefusal(error: AppError, ctx: AgentCtx): Promise<AppError> {
  const rule = typeof error.extensions.rule === "string" ? error.extensions.rule : ruleOf[error.code];
  if (rule === undefined) return error;
  const guide = guideOf(rule);
  const owner = guide.owner === "agent_owner" ? { kind: "person", name: await ownerOf(ctx) } : { kind: "team", name: teams[guide.owner] };
  return new AppError(error.code, error.message, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.fields ? { fields: error.fields } : {}),
    ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
    cause: error.cause,
    extensions: { rule, owner, howToAsk: { text: guide.ask, page: pageOf(rule, ctx) }, ...error.extensions },
  });
}

/** Once for all refusals of one request. */
const owners = new WeakMap<AgentCtx, Promise<string>>();

function ownerOf(ctx: AgentCtx): Promise<string> {
  const known = owners.get(ctx) ?? loadOwner(ctx);
  owners.set(ctx, known);
  return known;
}

/** By name only: an agent needs nobody's address. */
async function loadOwner(ctx: AgentCtx): Promise<string> {
  try {
    const [row] = await inTenant(database(), ctx.organizationId, (tx) =>
      tx.select({ name: person.name }).from(agent).innerJoin(person, eq(person.id, agent.ownerId)).where(eq(agent.id, ctx.actor.id)),
    );
    return row?.name ?? "The agent's owner";
  } catch (error) {
    // The refusal stands, whoever it is to be asked.
    log.warn({ err: error, requestId: ctx.requestId }, "an agent's owner could not be read for a refusal");
    return "The agent's owner";
  }
}

/** Where a person finds what to change. */
function pageOf(rule: string, ctx: AgentCtx): string {
  const base = env().APP_URL;
  if (rule === "lock") return `${base}/settings/locks`;
  if (rule.startsWith("budget.")) return `${base}/budgets`;
  if (rule.startsWith("approvals.")) return `${base}/approvals`;
  if (rule === "key.network") return `${base}/settings/network`;
  return `${base}/agents/${ctx.actor.id}/${rule.startsWith("key.") ? "keys" : "policy"}`;
}
