import { type ApprovalAnswer, approvalPlan } from "@/lib/approval-policies/plan";
import type { ApprovalPlan, PlanSource } from "@/db/schema/approval-plan";
import { boundariesOf } from "@/lib/boundaries/of-action";
import { classify, type Classification } from "@/lib/classification/classify";
import { type AgentState, decide, type Decision, type Subject } from "./decide";
import type { ShownLease } from "@/lib/leases/token";
import { closedHosts, ofKind } from "./policy-stages";

/**
 * What the policies say of a submission: everything that needs no look at what others take. `plan`: who must approve it; null:
 * one person who may decide, or nobody is asked. `closed`: hosts that a lease must open for it.
 */
export type Judgement = { classification: Classification; verdict: Decision; plan: ApprovalPlan | null; planSources: PlanSource[]; closed: string[] };

type Judged = { input: Subject["input"] & Parameters<typeof boundariesOf>[0] & Parameters<typeof classify>[0]; receivedAt: Date; lease?: ShownLease | null };

export function judge({ input, receivedAt, lease = null }: Judged, state: AgentState): Judgement {
  const [rules] = ofKind(state.documents, "classification");
  const classification = classify(input, rules?.content ?? undefined);
  const boundaries = boundariesOf(input);
  const verdict = decide({ input, state, classification, boundaries, leaseShown: lease !== null, at: receivedAt });
  if (verdict.outcome !== "needs_approval") return { classification, verdict, plan: null, planSources: [], closed: [] };
  const closed = lease ? closedHosts(state, boundaries) : [];
  const answer = askPolicies(input, state, classification);
  // What only the lease can open is not let go on by a rule, which would leave the lease unread.
  if (answer.outcome === "allow" && closed.length > 0) return { classification, closed, verdict, plan: null, planSources: answer.sources };
  return { classification, closed, ...underPolicies(verdict, answer) };
}

function askPolicies(input: Judged["input"], state: AgentState, { risk }: Classification): ApprovalAnswer {
  const layers = ofKind(state.documents, "approvals").flatMap(({ scopeType, scopeId, version, content }) =>
    scopeType === "template" ? [] : [{ scopeType, scopeId, version, content }],
  );
  const { tool, estimatedCostMicros: costMicros } = input;
  return approvalPlan(layers, { kind: "action", tool, risk, costMicros, workspaceId: state.workspaceId, agentId: state.agentId });
}

/** The approval policies speak only where a person would be asked: they say which, deny it, or let it go without one. */
function underPolicies(verdict: Decision, answer: ApprovalAnswer): Omit<Judgement, "classification" | "closed"> {
  if (answer.outcome === "ask") return { verdict, plan: answer.plan, planSources: answer.sources };
  const { outcome, rule, message, sources } = answer;
  const detail = { asked: verdict.rule, source: sources[0] ? { kind: "approvals", ...sources[0] } : null };
  return { verdict: { outcome, rule, message, detail }, plan: null, planSources: sources };
}
