import type { ActionRow, Evidence, WindowRow } from "../evidence";

/** One reservation as the audit tells it; rows give the windows that it counts in. */
export type Held = { amountMicros: number; windows: WindowRow[]; actualMicros: number | null; state: "none" | "held" | "settled" | "released" };

/** The checker's own books: empty at first, and kept by the audit's events alone. */
export type Books = {
  caps: Map<string, { capMicros: number; hard: boolean }>;
  windows: Map<string, WindowRow>;
  reservations: Map<string, Held>;
  actions: Map<string, ActionRow>;
  budgets: Evidence["budgets"];
  scopesOf: Map<string, string[]>;
  /** By budget: the window that was counted in last. */
  current: Map<string, string>;
  /** Windows that a newer one has followed. */
  left: Set<string>;
};

export function openBooks(evidence: Evidence): Books {
  const windows = new Map(evidence.windows.map((row) => [row.id, { ...row, committedMicros: 0, reservedMicros: 0, raisedMicros: 0, overrunMicros: 0 }]));
  return {
    windows,
    caps: new Map(),
    reservations: new Map(
      evidence.reservations.map((row) => [
        row.actionId,
        { amountMicros: row.amountMicros, windows: row.windowIds.flatMap((id) => windows.get(id) ?? []), actualMicros: null, state: "none" as const },
      ]),
    ),
    actions: new Map(evidence.actions.map((row) => [row.id, row])),
    budgets: evidence.budgets,
    scopesOf: new Map(evidence.agents.map((agent) => [agent.id, [evidence.organizationId, agent.workspaceId, agent.projectId, agent.id]])),
    current: new Map(),
    left: new Set(),
  };
}

export function used(window: WindowRow): number {
  return window.committedMicros + window.overrunMicros + window.reservedMicros;
}

/** What a hard budget has left in the window, negative when its cap was lowered; null where the budget only tells. */
export function room(books: Books, window: WindowRow): number | null {
  const cap = books.caps.get(window.budgetId);
  if (!cap) return -used(window) - 1;
  return cap.hard ? cap.capMicros + window.raisedMicros - used(window) : null;
}
