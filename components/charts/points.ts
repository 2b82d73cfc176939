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

// Written out, since Tailwind makes the classes that it finds in the source.
const fills = ["fill-chart-1", "fill-chart-2", "fill-chart-3", "fill-chart-4", "fill-chart-5"];
const swatches = ["bg-chart-1", "bg-chart-2", "bg-chart-3", "bg-chart-4", "bg-chart-5"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The class that fills a bar of the n-th series. */
export function seriesFill(index: number): string {
  return fills[index % fills.length] ?? "fill-chart-1";
}

/** The class of the n-th series' mark in the legend. */
export function seriesSwatch(index: number): string {
  return swatches[index % swatches.length] ?? "bg-chart-1";
}

/** "2026-03-01" as "1 Mar". */
export function shortDay(day: string): string {
  const [, month, date] = day.split("-").map(Number);
  return `${date} ${months[(month ?? 1) - 1]}`;
}

/** The top of the axis: the smallest of 1, 2, 4, 5 or 10 times a power of ten that nothing goes beyond. Even, so that its half is exact. */
export function niceTop(points: readonly DayPoint[], cap = 0): number {
  const sums = points.map((point) => Object.values(point.values).reduce((sum, value) => sum + Math.max(0, value), 0));
  const highest = Math.max(cap, 2, ...sums);
  const power = 10 ** Math.floor(Math.log10(highest));
  const factor = [1, 2, 4, 5, 10].find((each) => each * power >= highest) ?? 10;
  return factor * power;
}

/** The bars of one day, stacked from the bottom, in a picture of the given height. */
export function barsOf(point: DayPoint, series: readonly Series[], top: number, height: number): { key: string; y: number; height: number }[] {
  let below = 0;
  return series.map(({ key }) => {
    const share = (Math.max(0, point.values[key] ?? 0) / top) * height;
    below += share;
    return { key, y: height - below, height: share };
  });
}
