"use client";
import { DayChart, type DayChartProps } from "./day-chart";

const compact = new Intl.NumberFormat("en-US", { notation: "compact" });

/** Plain counts per day. */
export function CountChart({ unit, ...rest }: Pick<DayChartProps, "label" | "kind" | "series" | "points"> & { unit: string }) {
  return <DayChart {...rest} format={(count) => `${count.toLocaleString("en-US")} ${unit}`} formatAxis={(count) => compact.format(count)} />;
}
