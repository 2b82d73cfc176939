export interface Series {
  key: string;
  label: string;
}

export interface DayPoint {
  /** YYYY-MM-DD */
  day: string;
  /** By series key: integers (micro-units, or a plain count). */
  values: Record<string, number>;
}

const colours = ["var(--chart-1)", "var(--chart-2)", "var(--chart-3)", "var(--chart-4)", "var(--chart-5)"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The colour of the n-th series. */
export function seriesColour(index: number): string {
  return colours[index % colours.length] ?? "var(--chart-1)";
}

/** "2026-03-01" as "1 Mar". */
export function shortDay(day: string): string {
  const [, month, date] = day.split("-").map(Number);
  return `${date} ${months[(month ?? 1) - 1]}`;
}
