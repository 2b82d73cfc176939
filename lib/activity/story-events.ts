import type { PersonCtx } from "@/lib/ctx/ctx";
import { may, type Target } from "@/lib/ability/authorize";
import type { AuditBody } from "@/lib/audit/file/body";
import type { AuditAction } from "@/lib/audit/actions";

/** With what the agent itself begins something. What follows of it is told with it. */
export const begunByAgent = [
  "access.denied", "actions.decided", "agents.spawn_refused", "approvals.refused", "approvals.requested", "budgets.alerted", "egress.refused", "keys.refused", "network.refused", "requests.rejected",
] as const satisfies readonly AuditAction[];

/** What others do to an agent: each is a story of its own. */
export const doneToAgent = [
  "agents.created", "agents.status_changed", "agents.template_set", "agents.updated", "budgets.archived", "budgets.set", "keys.created", "keys.revoked", "leases.issued",
  "leases.revoked", "locks.lifted", "locks.placed", "policies.updated", "standing.granted", "standing.revoked",
] as const satisfies readonly AuditAction[];

/** What becomes of an action, of its run, and of what was asked of people. */
export const whatFollows = [
  "actions.cancelled", "actions.completed", "actions.grant_used", "approvals.cancelled", "approvals.decided", "approvals.escalated", "approvals.expired", "approvals.glass_broken",
  "approvals.narrowed", "approvals.narrowing_accepted", "approvals.narrowing_declined", "approvals.narrowing_withdrawn", "leases.used", "reservations.expired", "runner.callback_refused",
  "runs.created", "runs.dispatched", "runs.file_read", "runs.finished", "runs.kill_requested", "runs.waiting",
] as const satisfies readonly AuditAction[];

export type StoryAction = (typeof begunByAgent)[number] | (typeof doneToAgent)[number] | (typeof whatFollows)[number];

const known: ReadonlySet<string> = new Set([...begunByAgent, ...doneToAgent, ...whatFollows]);

export function isStoryAction(action: string): action is StoryAction {
  return known.has(action);
}

/**
 * Which of these events somebody may read about an agent: all with `audit.view`; without it, what the pages they may open
 * say as well.
 */
export function readableActions<A extends StoryAction>(ctx: PersonCtx, actions: readonly A[], target: Target): A[] {
  if (may(ctx, "audit", "view", target)) return [...actions];
  return actions.filter((action) => permits[action.slice(0, action.indexOf("."))]?.(ctx, target) ?? false);
}

type Permit = (ctx: PersonCtx, target: Target) => boolean;

const viewActions: Permit = (ctx, target) => may(ctx, "actions", "view", target);
const viewAgent: Permit = (ctx, target) => may(ctx, "agents", "read", target);
const viewApprovals: Permit = (ctx, target) => may(ctx, "approvals", "view", target);
const viewBudgets: Permit = (ctx, target) => may(ctx, "budgets", "view", target);
const viewKeys: Permit = (ctx, target) => may(ctx, "keys", "view", target);
const viewPolicies: Permit = (ctx, target) => may(ctx, "policies", "view", target);
const viewRuns: Permit = (ctx, target) => may(ctx, "runs", "view", target);

const permits: Record<string, Permit> = {
  access: viewActions,
  actions: viewActions,
  agents: viewAgent,
  approvals: viewApprovals,
  budgets: viewBudgets,
  egress: viewActions,
  keys: viewKeys,
  leases: viewPolicies,
  // As on the agent's other pages, which say to whoever may read it that it is stopped, and why.
  locks: viewAgent,
  network: viewKeys,
  policies: viewPolicies,
  requests: viewActions,
  reservations: viewBudgets,
  runner: viewRuns,
  runs: viewRuns,
  standing: viewApprovals,
};

/** Whether an event that names the agent somewhere is about it; anybody may write its id into a reason. */
export function concerns(body: AuditBody, agentId: string): boolean {
  const { agent, agentId: of, target, scopeId, parent, managerAgent, managerAgentId } = body.details;
  return [body.actor.id, body.resource.id, agent, of, target, scopeId, parent, managerAgent, managerAgentId].includes(agentId);
}

/** The story that an event belongs to: the ids of the action, the request to people and the run that it speaks of. */
export function threadsOf(body: AuditBody): string[] {
  const { actionId, runId, decision } = body.details;
  if (body.action !== "actions.decided") return [body.resource.id, ...(typeof actionId === "string" ? [actionId] : [])];
  // Where a lease or a standing approval covers it, that one's request is named, which is another story.
  const asked = decision === "needs_approval" ? body.approval?.id : undefined;
  return [body.resource.id, ...(typeof runId === "string" ? [runId] : []), ...(asked ? [asked] : [])];
}
