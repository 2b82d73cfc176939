import { listBudgets, type ListedBudget } from "@/lib/budgets/list";
import type { PersonCtx } from "@/lib/ctx/ctx";

export type TightBudget = ListedBudget & { usedPercent: number; crossed: number | null };

/** Budgets by how much of them is used or reserved in the current window, the tightest first; `crossed`: the threshold it passed. */
export async function tightBudgets(ctx: PersonCtx, input: { limit: number }): Promise<{ currency: string; budgets: TightBudget[]; overThreshold: number; all: number }> {
  const { currency, budgets } = await listBudgets(ctx);
  const ranked = budgets
    .map((budget) => {
      const cap = BigInt(budget.capMicros) + BigInt(budget.raisedMicros);
      const used = BigInt(budget.spentMicros) + BigInt(budget.reservedMicros);
      const usedPercent = cap > 0n ? Number((used * 100n) / cap) : 100;
      return { ...budget, usedPercent, crossed: budget.thresholds.findLast((threshold) => usedPercent >= threshold) ?? null };
    })
    .sort((a, b) => b.usedPercent - a.usedPercent);
  return {
    currency,
    budgets: ranked.slice(0, input.limit),
    overThreshold: ranked.filter((budget) => budget.crossed !== null).length,
    all: ranked.length,
  };
}
