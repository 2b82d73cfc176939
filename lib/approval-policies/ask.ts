import type { ApprovalPlan, PlanSource } from "@/db/schema/approval-plan";
import type { Tx } from "@/db/tenant";
import { AppError } from "@/lib/errors";
import { approvalLayers } from "./layers";
import { type ApprovalFacts, approvalPlan, askedUnder } from "./plan";

/** How a request that is no action begins: it waits under its plan, or the policies let it happen without a person. */
export type Asked =
  | { outcome: "ask"; plan: ApprovalPlan | null; expiresAt: Date; escalatesAt: Date | null; sources: PlanSource[] }
  | { outcome: "allow"; rule: string; message: string; sources: PlanSource[] };

/**
 * Asks the approval policies in force about a request that is no action, at the moment when it is made.
 * @param until when it ends in denial at the latest; a policy may end it earlier.
 * @throws AppError `policy_denied` where a rule denies it, or a policy cannot be read.
 */
export async function askPolicies(tx: Tx, facts: ApprovalFacts, now: Date, until: Date): Promise<Asked> {
  const answer = approvalPlan(await approvalLayers(tx, facts.workspaceId), facts);
  if (answer.outcome === "deny") throw refusedByPolicy(answer.rule, answer.message);
  if (answer.outcome === "allow") return answer;
  return { outcome: "ask", ...askedUnder(answer.plan, now, (until.getTime() - now.getTime()) / 1000), sources: answer.sources };
}

/** The same about what a person always decides, whatever the policies let go without one. */
export async function askPeople(tx: Tx, facts: ApprovalFacts, now: Date, until: Date): Promise<Extract<Asked, { outcome: "ask" }>> {
  const asked = await askPolicies(tx, facts, now, until);
  return asked.outcome === "ask" ? asked : { outcome: "ask", plan: null, expiresAt: until, escalatesAt: null, sources: asked.sources };
}

function refusedByPolicy(rule: string, message: string): AppError {
  return new AppError("policy_denied", message, { hint: "The approval policies say so; those who manage policies can see and change the rule.", extensions: { rule } });
}
