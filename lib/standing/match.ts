import canonicalize from "canonicalize";
import type { ApprovalPlan } from "@/db/schema/approval-plan";
import type { ArgumentPattern } from "@/db/schema/standing";
import { riskClasses } from "@/db/schema/agent";
import { inOrder } from "@/lib/actions/globs";
import type { RiskClass } from "@/lib/actions/schemas";
import { mayStandFor, type SaidYes } from "@/lib/approvals/one-is-enough";

/** What is held against standing approvals: one action that would have to wait for a person. */
export type StandingAsk = {
  /** The id of the action as it will be stored. */
  submissionId: string;
  agentId: string;
  /** The person who made the key that it came with. */
  keyMakerId: string | null;
  tool: string;
  operation: string;
  resource: string;
  arguments: Record<string, unknown>;
  costMicros: number;
  risk: RiskClass;
  policyVersion: number;
  policies: Buffer | null;
  /** Who must approve it. */
  plan: ApprovalPlan | null;
};

export type StandingScope = {
  agentId: string;
  /** Who granted it, as they are now. */
  granter: SaidYes;
  /** The person above the agent. */
  managerId: string | null;
  tool: string;
  operation: string;
  resource: string;
  arguments: Record<string, ArgumentPattern>;
  riskAtMost: RiskClass;
  policyVersion: number;
  policies: Buffer | null;
  costEachMicros: number;
};

/** What a glob never stands for unless it is written in it: what ends one value and begins another, or leads elsewhere. */
const suspicious = /[\p{Cc}\p{Cf}\p{Z},;|&<>"'`\\%]|\.\./gu;

/**
 * Whether an action is within what was granted: the same agent, tool and operation, every argument named and none besides,
 * at most the risk and the cost each, under the same policies, not with a key of the person who granted it, whatever account
 * they made it with, and only where the approval policies that are in force by now would ask that person alone.
 */
export function isWithin(scope: StandingScope, ask: StandingAsk): boolean {
  return (
    ask.agentId === scope.agentId &&
    ask.tool === scope.tool &&
    ask.operation === scope.operation &&
    !(ask.keyMakerId !== null && scope.granter.accounts.includes(ask.keyMakerId)) &&
    ask.risk !== "CRITICAL" &&
    riskClasses.indexOf(ask.risk) <= riskClasses.indexOf(scope.riskAtMost) &&
    ask.costMicros <= scope.costEachMicros &&
    ask.policyVersion === scope.policyVersion &&
    sameBytes(ask.policies, scope.policies) &&
    globMatches(scope.resource, ask.resource) &&
    argumentsMatch(scope.arguments, ask.arguments) &&
    mayStandFor(scope.granter, { plan: ask.plan, managerId: scope.managerId })
  );
}

function argumentsMatch(patterns: Record<string, ArgumentPattern>, args: Record<string, unknown>): boolean {
  const names = Object.keys(args);
  if (names.length !== Object.keys(patterns).length) return false;
  return names.every((name) => {
    const pattern = Object.hasOwn(patterns, name) ? patterns[name] : undefined;
    if (!pattern) return false;
    if ("equals" in pattern) return canonicalize(args[name]) === pattern.equals;
    const value = args[name];
    return pattern.glob === "*" || (typeof value === "string" && globMatches(pattern.glob, value));
  });
}

/** `*` alone is anything. Otherwise text, in which the stars stand for ordinary characters. */
export function globMatches(glob: string, text: string): boolean {
  if (glob === "*") return true;
  if (!inOrder(glob.split("*"), text)) return false;
  return [...text.matchAll(suspicious)].every(([found]) => glob.includes(found));
}

function sameBytes(a: Buffer | null, b: Buffer | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}
