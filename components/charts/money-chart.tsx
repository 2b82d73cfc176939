import { formatMicros } from "../ui/money-format";
import { DayChart, type DayChartProps } from "./day-chart";

interface MoneyChartProps extends Pick<DayChartProps, "label" | "series" | "points"> {
  currency: string;
  capMicros?: number;
}

/** Money per day, in integer micro-units. */
export function MoneyChart({ currency, capMicros, ...rest }: MoneyChartProps) {
  return (
    <DayChart
      {...rest}
      cap={capMicros === undefined ? undefined : { value: capMicros, label: `Cap ${formatMicros(capMicros, currency)}` }}
      format={(micros) => formatMicros(micros, currency)}
      // Axis marks are of the chart's own choosing and may fall between micro-units.
      formatAxis={(micros) => formatMicros(Math.round(micros), currency, { compact: true })}
    />
  );
}
