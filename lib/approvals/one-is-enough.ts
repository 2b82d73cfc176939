import type { ApprovalPlan } from "@/db/schema/approval-plan";
import { isAsked, type Seated } from "./seats";

/**
 * Whether one person's yes ends the request. Only then may one person change what is asked for, or let it stand: where
 * several must agree, they agree on what was asked, or reject it.
 */
export function oneIsEnough(plan: ApprovalPlan | null): boolean {
  return plan === null || (plan.stages.length === 1 && plan.stages.every(({ anyOf, reasonPattern }) => reasonPattern === null && anyOf.every(({ count }) => count === 1)));
}

/** Somebody who said yes in advance, by a lease or a standing approval, as they are now. */
export type SaidYes = Seated & {
  /** All accounts of theirs. */
  accounts: readonly string[];
};

type Asked = { plan: ApprovalPlan | null; managerId: string | null };

/** Whether a yes in advance is one that the plan of an action asks for: one person's is enough, and it may be theirs. */
export function mayStandFor(who: Seated, { plan, managerId }: Asked): boolean {
  return oneIsEnough(plan) && isAsked(who, { kind: "action", plan, stage: 0, escalated: 0, managerId });
}
