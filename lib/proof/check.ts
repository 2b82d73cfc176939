import type { ProofBundle } from "./bundle";
import { caseOf } from "./case";
import { checkDecision } from "./check-decision";
import { checkEffect } from "./check-effect";
import { checkGrant, checkOutcome } from "./check-grant";
import { checkNarrowings } from "./check-narrowing";
import { checkPolicies } from "./check-policies";
import { checkRequest } from "./check-request";
import { checkStages } from "./check-stages";
import { checkLeaseUses, checkStandings } from "./check-uses";
import type { Link } from "./link";

/** Given from elsewhere where the bundle keeps them back: the arguments as text. */
type Options = { arguments?: string | undefined };

/**
 * Follows one request from event to event: what was asked and under which policies, what was narrowed, who decided, in which
 * stage and by what proof, and what came of it, all with the same digest. Needs nothing but the bundle.
 */
export function checkChain(bundle: ProofBundle, { arguments: given }: Options = {}): Link[] {
  const of = caseOf(bundle);
  const decisions = of.decisions.map((decision) => checkDecision(of, decision));
  if (decisions.length === 0) decisions.push({ id: "decision", title: "Decision", says: "Nobody has decided it.", at: null, seq: null, findings: [] });
  const after = bundle.approval.kind === "action" ? [checkGrant(of), checkOutcome(of)] : [checkEffect(of), ...checkLeaseUses(of)];
  return [checkRequest(of, given), ...checkPolicies(of), ...checkNarrowings(of), ...decisions, ...checkStages(of), ...after, ...checkStandings(of)];
}
