import type { ApprovalPlan, PlanPeople, PlanStage } from "@/db/schema/approval-plan";
import { isRole, permissionsOf, type Permission, type Role } from "@/lib/ability/permissions";

/** Somebody with the roles that they have now, where the request is. */
export type Seated = { id: string; name: string; roles: readonly string[] };

/** What says who counts in a request. */
export type Seating = { kind: string; plan: ApprovalPlan | null; stage: number; escalated: number; managerId: string | null };
type Staged = Pick<Seating, "plan" | "stage" | "escalated">;

/** A decision that was made, by whose part it counts: their own, or that of who delegated it. */
export type Counted = { stage: number; decision: "approved" | "rejected"; breakGlass: boolean; by: Seated };

/** The one stage of a request that no approval policy speaks of. */
const firstStage: PlanStage = {
  name: "Decision", source: null, anyOf: [{ count: 1, people: [{ kind: "decider" }] }], rejections: 1, reasonPattern: null, delegation: false, breakGlass: [], escalations: [],
};

export function stagesOf(plan: ApprovalPlan | null): PlanStage[] {
  return plan?.stages ?? [firstStage];
}

/** The stage that is decided now. */
export function currentStage({ plan, stage }: Pick<Seating, "plan" | "stage">): PlanStage {
  return stagesOf(plan)[stage] ?? firstStage;
}

/** Who is asked further, since it has waited so long. */
export function escalatedTo(stage: PlanStage, escalated: number): PlanPeople[] {
  return stage.escalations.filter(({ afterSeconds }) => afterSeconds <= escalated).flatMap(({ people }) => people);
}

/** Everybody who is asked in the stage that is decided now. */
export function askedNow(row: Staged): PlanPeople[] {
  const stage = currentStage(row);
  return [...stage.anyOf.flatMap(({ people }) => people), ...escalatedTo(stage, row.escalated)];
}

/** Whether somebody counts in the stage that is decided now, by what they are themselves. */
export function isAsked(who: Seated, row: Seating): boolean {
  return askedNow(row).some((people) => isMeant(people, who, row));
}

/** Whether those who may go over budgets are asked too. */
export function asksForMoney(row: Staged & { kind: string }): boolean {
  return row.kind === "budget" || askedNow(row).some((people) => people.kind === "role" && people.role === "billing_admin");
}

/** Whether somebody is one of the people who are meant. Nobody is who may not decide such requests there: a policy gives no rights. */
export function isMeant(people: PlanPeople, who: Seated, row: Pick<Seating, "kind" | "managerId">): boolean {
  if (people.kind === "role") return people.heldBy.some((role) => who.roles.includes(role)) && mayBeAsked(who, row.kind, people.role);
  if (people.kind === "person") return people.personId === who.id && mayBeAsked(who, row.kind);
  if (people.kind === "agent_manager") return row.managerId === who.id && mayBeAsked(who, row.kind);
  return mayBeAsked(who, row.kind);
}

/** Requests are decided by who holds approvals.decide; money, and stages that ask billing admins, also by who may go over budgets. */
function mayBeAsked({ roles }: Seated, kind: string, role?: string): boolean {
  return holds(roles, "approvals.decide") || ((kind === "budget" || role === "billing_admin") && holds(roles, "budgets.override"));
}

/** Whether they may go over budgets. */
export function isMoneyPerson({ roles }: Seated): boolean {
  return holds(roles, "budgets.override");
}

/** Whether they may end the stage alone, loudly. */
export function mayBreakGlass(who: Seated, row: Seating): boolean {
  return currentStage(row).breakGlass.includes(who.id) && mayBeAsked(who, row.kind);
}

export type StageEnd = { status: "pending" | "approved" | "rejected"; stage: number };

/** Where a request stands after all these decisions: still in its stage, in a later one, or at its end. */
export function standing(row: Seating, decisions: readonly Counted[]): StageEnd {
  const stages = stagesOf(row.plan);
  const here = decisions.filter(({ stage }) => stage === row.stage);
  const stage = currentStage(row);
  if (here.filter(({ decision }) => decision === "rejected").length >= stage.rejections) return { status: "rejected", stage: row.stage };
  const glass = here.find(({ breakGlass, decision }) => breakGlass && decision === "approved");
  let next = row.stage;
  if (glass) while (stages[next]?.breakGlass.includes(glass.by.id)) next += 1;
  else if (isEnough(stage, row, here)) next += 1;
  return next >= stages.length ? { status: "approved", stage: stages.length - 1 } : { status: "pending", stage: next };
}

/** Any of the stage's alternatives has its people: different ones, who are still who they were when they said yes. */
function isEnough(stage: PlanStage, row: Seating, here: readonly Counted[]): boolean {
  const further = escalatedTo(stage, row.escalated);
  return stage.anyOf.some(({ count, people }) => countFor([...people, ...further], row, here) >= count);
}

/** How many yeses of the stage count for these people. */
export function countFor(people: readonly PlanPeople[], row: Pick<Seating, "kind" | "managerId">, here: readonly Counted[]): number {
  return here.filter(({ decision, by }) => decision === "approved" && people.some((one) => isMeant(one, by, row))).length;
}

/** The roles of somebody that count at a place. */
export function rolesAt(roles: readonly { role: Role; workspaceId: string | null }[], workspaceId: string | null): Role[] {
  return roles.filter((held) => held.workspaceId === null || held.workspaceId === workspaceId).map(({ role }) => role);
}

function holds(held: readonly string[], permission: Permission): boolean {
  return held.some((role) => isRole(role) && permissionsOf(role).includes(permission));
}
