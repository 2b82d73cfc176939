import type { ApprovalPlan, PlanPeople, PlanSource, PlanStage } from "@/db/schema/approval-plan";
import { permissionTable, roles, type Role } from "@/lib/ability/permissions";
import { globs } from "@/lib/actions/globs";
import type { ApprovalsContent, ApprovalRule, PolicyAsk, PolicyPeople } from "./content";
import { type requestKinds, riskiestAutomatic, riskOrder } from "./terms";

/** One document in force, the organization's before the workspace's. `content` null: it cannot be read. */
export type ApprovalLayer = { scopeType: "organization" | "workspace"; scopeId: string; version: number; content: ApprovalsContent | null };

/** What approval policies look at. `tool` is null where the request is not about one. */
export type ApprovalFacts = {
  kind: (typeof requestKinds)[number];
  tool: string | null;
  risk: (typeof riskOrder)[number];
  costMicros: number;
  workspaceId: string | null;
  agentId: string | null;
};

export type ApprovalAnswer =
  /** `plan` null: one person who may decide, as long as the agent's policy says. */
  | { outcome: "ask"; plan: ApprovalPlan | null; sources: PlanSource[] }
  | { outcome: "deny"; rule: string; message: string; sources: PlanSource[] }
  | { outcome: "allow"; rule: string; message: string; sources: PlanSource[] };

/**
 * What the approval policies say of a request for which a person must be asked. A denial of any layer wins. Of each layer the
 * first other rule that fits holds, and layers only add to one another: it is allowed without a person only where no layer asks
 * one, and what two of them ask is asked one after the other.
 */
export function approvalPlan(layers: readonly ApprovalLayer[], facts: ApprovalFacts): ApprovalAnswer {
  const unread = layers.find(({ content }) => content === null);
  if (unread) return { outcome: "deny", rule: "approval_policy.unreadable", message: `The approval policy of the ${unread.scopeType} cannot be read, so nothing is let through.`, sources: [] };
  const fitting = layers.map((layer) => ({ layer, rules: (layer.content?.rules ?? []).filter((rule) => fits(rule, facts)) }));
  for (const { layer, rules } of fitting) {
    const denying = rules.find(({ answer }) => answer.kind === "deny");
    if (denying?.answer.kind === "deny") {
      return { outcome: "deny", rule: `approval_policy.${denying.id}`, message: denying.answer.message, sources: [sourceOf(layer, denying)] };
    }
  }
  const chosen = fitting.flatMap(({ layer, rules: [rule] }) => (rule ? [{ source: sourceOf(layer, rule), answer: rule.answer }] : []));
  const sources = chosen.map(({ source }) => source);
  const asks = chosen.flatMap(({ source, answer }) => (answer.kind === "ask" ? [{ source, ask: answer }] : []));
  const [first] = chosen;
  if (!first) return { outcome: "ask", plan: null, sources };
  if (asks.length === 0) {
    const { ruleId, ruleName, scopeType } = first.source;
    return { outcome: "allow", rule: `approval_policy.${ruleId}`, message: `The approval policy of the ${scopeType} allows it without a person: ${ruleName}.`, sources };
  }
  return { outcome: "ask", plan: planOf(asks, facts), sources };
}

/** Whether a rule is about this request. One that allows is never about what is risky or dearer than it says. */
export function fits({ match, answer }: ApprovalRule, facts: ApprovalFacts): boolean {
  if (answer.kind === "allow" && (rank(facts.risk) > rank(riskiestAutomatic) || facts.costMicros > answer.costAtMostMicros)) return false;
  return (
    among(match.kinds, facts.kind) &&
    among(match.workspaceIds, facts.workspaceId) &&
    among(match.agentIds, facts.agentId) &&
    (match.riskAtLeast === null || rank(facts.risk) >= rank(match.riskAtLeast)) &&
    (match.costAtLeastMicros === null || facts.costMicros >= match.costAtLeastMicros) &&
    (match.tools === null || (facts.tool !== null && globs(match.tools)(facts.tool)))
  );
}

function among<T>(list: readonly T[] | null, one: T | null): boolean {
  return list === null || (one !== null && list.includes(one));
}

const rank = (risk: ApprovalFacts["risk"]) => riskOrder.indexOf(risk);

function sourceOf({ scopeType, scopeId, version }: ApprovalLayer, { id, name }: ApprovalRule): PlanSource {
  return { scopeType, scopeId, version, ruleId: id, ruleName: name };
}

function planOf(asks: readonly { source: PlanSource; ask: PolicyAsk }[], { agentId }: ApprovalFacts): ApprovalPlan {
  const ends = asks.flatMap(({ ask }) => (ask.expiresAfterMinutes === null ? [] : [ask.expiresAfterMinutes * 60]));
  return {
    format: 1,
    stages: asks.flatMap(({ source, ask }) => stagesOf(source, ask)),
    expiresAfterSeconds: ends.length > 0 ? Math.min(...ends) : null,
    // Where no agent asks, the person who does is no agent's owner but the requester, who never decides.
    ownerMayDecide: agentId !== null && asks.every(({ ask }) => ask.ownerMayDecide),
  };
}

/** The stages of one rule as a request keeps them, each with what the rule says of all. */
export function stagesOf(source: PlanSource, ask: PolicyAsk): PlanStage[] {
  return ask.stages.map((stage) => ({
    name: stage.name,
    source,
    anyOf: stage.anyOf.map(({ count, people }) => ({ count, people: people.map(planPeople) })),
    rejections: stage.rejections,
    reasonPattern: ask.reasonPattern,
    delegation: ask.delegation,
    breakGlass: ask.breakGlass,
    escalations: ask.escalations.map(({ afterMinutes, people }) => ({ afterSeconds: afterMinutes * 60, people: people.map(planPeople) })),
  }));
}

function planPeople(people: PolicyPeople): PlanPeople {
  return people.kind === "role" ? { ...people, heldBy: holdersOf(people.role) } : people;
}

/** The role itself, and the roles that include it. */
function holdersOf(role: Role): Role[] {
  const includes = (name: Role): boolean => name === role || permissionTable[name].includes.some(includes);
  return roles.filter(includes);
}

/** What a new request keeps of its plan: until when it waits, and when it is first escalated. */
export function askedUnder(plan: ApprovalPlan | null, now: Date, ttlSeconds: number): { plan: ApprovalPlan | null; expiresAt: Date; escalatesAt: Date | null } {
  const expiresAt = new Date(now.getTime() + Math.min(ttlSeconds, plan?.expiresAfterSeconds ?? ttlSeconds) * 1000);
  const first = escalationTimes(plan)[0];
  return { plan, expiresAt, escalatesAt: first === undefined ? null : new Date(now.getTime() + first * 1000) };
}

/** After how many seconds a request is escalated, each time once, in order. */
export function escalationTimes(plan: ApprovalPlan | null): number[] {
  const all = (plan?.stages ?? []).flatMap((stage) => stage.escalations.map(({ afterSeconds }) => afterSeconds));
  return [...new Set(all)].sort((a, b) => a - b);
}
