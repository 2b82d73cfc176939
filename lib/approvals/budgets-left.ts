import type { Tx } from "@/db/tenant";
import { scopeNames } from "@/lib/budgets/scope-names";
import { leftMicros, openWindows, type OpenWindow } from "@/lib/budgets/window";

/** One budget that covers the request, as it stands now. Amounts in micro-units. */
export type CoveringBudget = Pick<OpenWindow, "budgetId" | "scopeType" | "period" | "hard" | "spentMicros" | "reservedMicros" | "endsAt"> & {
  scopeName: string;
  /** With raises. */
  capMicros: number;
  leftMicros: number;
};

const order = ["organization", "workspace", "project", "agent"];

/** What is left on every scope, from the organization down to the agent. */
export async function budgetsLeft(tx: Tx, scopeIds: readonly (string | null)[]): Promise<CoveringBudget[]> {
  const ids = scopeIds.filter((id) => id !== null);
  const windows = await openWindows(tx, ids, false);
  const names = await scopeNames(tx, windows);
  return windows
    .map((window) => ({
      budgetId: window.budgetId,
      scopeType: window.scopeType,
      scopeName: names.get(window.scopeId) ?? window.scopeType,
      period: window.period,
      hard: window.hard,
      spentMicros: window.spentMicros,
      reservedMicros: window.reservedMicros,
      capMicros: window.capMicros + window.raisedMicros,
      leftMicros: leftMicros(window),
      endsAt: window.endsAt,
    }))
    .sort((a, b) => order.indexOf(a.scopeType) - order.indexOf(b.scopeType) || a.endsAt.getTime() - b.endsAt.getTime());
}
