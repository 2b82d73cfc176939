/** What the database and its audit stream hold of one organization when all is quiet again. Amounts in micro-units. */
export type Evidence = {
  organizationId: string;
  /** In the order of the chain, which is the order of commits. */
  events: AuditEvent[];
  agents: { id: string; workspaceId: string; projectId: string }[];
  budgets: { id: string; scopeId: string }[];
  windows: WindowRow[];
  actions: ActionRow[];
  reservations: ReservationRow[];
  approvals: { id: string; actionId: string | null; status: string }[];
  /** What the portal's own pages add up, of the windows that run now. */
  rollups: { windowId: string; spentMicros: number; heldMicros: number; leftMicros: number }[];
};

export type AuditEvent = {
  seq: number;
  action: string;
  requestId: string;
  resourceId: string;
  outcome: string;
  details: Record<string, unknown>;
};

export type WindowRow = { id: string; budgetId: string; committedMicros: number; reservedMicros: number; raisedMicros: number; overrunMicros: number };

export type ActionRow = {
  id: string;
  agentId: string;
  idempotencyKey: string;
  status: string;
  decision: string;
  rule: string;
  /** The budget that a refusal named. */
  refusal: { windowId: string; leftMicros: number; neededMicros: number } | null;
  estimatedCostMicros: number;
  actualCostMicros: number | null;
  ended: boolean;
};

export type ReservationRow = { actionId: string; windowIds: string[]; amountMicros: number; actualMicros: number | null; status: string };
