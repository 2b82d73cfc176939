/** People that an approval policy means, as they are on the day. `decider`: whoever holds approvals.decide there. */
export type PlanPeople =
  | { kind: "decider" }
  /** `heldBy`: the role itself and those that include it. */
  | { kind: "role"; role: string; heldBy: string[] }
  | { kind: "person"; personId: string }
  /** The person who manages the agent, or who owns the agent that manages it. */
  | { kind: "agent_manager" };

/** Where a rule stands: one version of one document. */
export type PlanSource = { scopeType: "organization" | "workspace"; scopeId: string; version: number; ruleId: string; ruleName: string };

/** A step of a plan. Any one of `anyOf` that has its people ends it. */
export type PlanStage = {
  name: string;
  source: PlanSource | null;
  anyOf: { count: number; people: PlanPeople[] }[];
  /** How many rejections end the request. */
  rejections: number;
  /** What a reason for yes must hold, e.g. `OPS-####`; see lib/approval-policies/reason-pattern.ts. Null: none is asked for. */
  reasonPattern: string | null;
  delegation: boolean;
  /** Who may end this stage and the next ones where they are named too, alone. */
  breakGlass: string[];
  /** Further people who count once the request is so old, and are told then. */
  escalations: { afterSeconds: number; people: PlanPeople[] }[];
};

/** What must happen for a request to be approved, as the approval policies were when it was asked. */
export type ApprovalPlan = {
  format: 1;
  stages: PlanStage[];
  /** The request ends in denial after so long; null: as the agent's own policy says. */
  expiresAfterSeconds: number | null;
  /** Whether who owns the agent may decide: never what is critical. */
  ownerMayDecide: boolean;
};
