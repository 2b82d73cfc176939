import type { BenchRow, CaseResult, Target } from "./row";
import { keeps } from "./statistics";

export type Measured = { id: string; row: Pick<BenchRow, "title" | "beside">; result: CaseResult };

/** One line of `--json`. */
export function jsonLine({ id, result }: Measured): string {
  const { case: name, unit, ours, beside, ratio, spread, target } = result;
  return JSON.stringify({ id, case: name, unit, ours: short(ours), beside: short(beside), ratio: short(ratio), spread: spread.map(short), target: bound(target), ok: keeps(target, result) });
}

/** The table of docs/benchmarks.md. */
export function markdownTable(lines: readonly Measured[]): string {
  return [...tableHead, ...tableRows(lines)].join("\n");
}

const columns = ["row", "what", "beside", "case", "unit", "ours", "beside", "ratio", "spread", "target", "kept"];

/** The first two lines of the table. */
export const tableHead = [columns, columns.map(() => "---")].map(tableLine);

/** A line of the table for each case; each begins with its row's letter: `| (a) | `. */
export function tableRows(lines: readonly Measured[]): string[] {
  const rows = lines.map(({ id, row, result }) => [
    `(${id})`,
    row.title,
    row.beside,
    result.case,
    result.unit,
    figure(result.ours),
    figure(result.beside),
    figure(result.ratio),
    result.spread.map(figure).join(" – "),
    bound(result.target) ?? "",
    result.target ? (keeps(result.target, result) ? "yes" : "**no**") : "",
  ]);
  return rows.map(tableLine);
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** The same for a terminal: one line per case. */
export function plainLine({ id, result }: Measured): string {
  const { case: name, unit, ours, beside, ratio, spread, target } = result;
  const verdict = target ? (keeps(target, result) ? "ok  " : "MISS") : "    ";
  return `${verdict} (${id}) ${name}: ${figure(ours)} beside ${figure(beside)} ${unit}, ratio ${figure(ratio)} (${spread.map(figure).join(" – ")})${target ? `, target ${bound(target)}` : ""}`;
}

function bound(target: Target | null): string | null {
  if (!target) return null;
  return `${"atLeast" in target ? `>= ${target.atLeast}` : `<= ${target.atMost}`}${target.of === "ours" ? " (ours)" : ""}`;
}

/** Three digits say all that a benchmark knows. */
export function figure(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3)));
}

function short(value: number): number {
  return Number(value.toPrecision(5));
}
