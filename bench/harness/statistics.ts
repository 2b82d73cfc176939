import type { Target } from "./row";

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new Error("the median of nothing");
  return (lower + upper) / 2;
}

/** The smallest value that at least `percent` of all values do not exceed (nearest rank). */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
  if (value === undefined) throw new Error("a percentile of nothing");
  return value;
}

export type Pair = { ours: number; beside: number };

/** Medians of both sides, and the median and extremes of the ratios within the rounds. */
export function summarize(pairs: readonly Pair[]): Pair & { ratio: number; spread: [number, number] } {
  const ratios = pairs.map((pair) => pair.ours / pair.beside);
  return {
    ours: median(pairs.map((pair) => pair.ours)),
    beside: median(pairs.map((pair) => pair.beside)),
    ratio: median(ratios),
    spread: [Math.min(...ratios), Math.max(...ratios)],
  };
}

/** Whether the figure keeps the bound; true where there is none. */
export function keeps(target: Target | null, result: { ours: number; ratio: number }): boolean {
  if (!target) return true;
  const figure = target.of === "ours" ? result.ours : result.ratio;
  return "atLeast" in target ? figure >= target.atLeast : figure <= target.atMost;
}
