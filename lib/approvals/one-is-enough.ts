import type { ApprovalPlan } from "@/db/schema/approval-plan";

/**
 * Whether one person's yes ends the request. Only then may one person change what is asked for, or let it stand: where
 * several must agree, they agree on what was asked, or reject it.
 */
export function oneIsEnough(plan: ApprovalPlan | null): boolean {
  return plan === null || (plan.stages.length === 1 && plan.stages.every(({ anyOf, reasonPattern }) => reasonPattern === null && anyOf.every(({ count }) => count === 1)));
}
