import { cn } from "./cn";
import { formatMicros } from "./money-format";

interface MoneyProps {
  micros: bigint | number | string;
  currency: string;
  sign?: boolean;
  className?: string;
}

/** An exact amount of money, in figures that line up. */
export function Money({ micros, currency, sign, className }: MoneyProps) {
  return <span className={cn("tabular-nums whitespace-nowrap", className)}>{formatMicros(micros, currency, { sign })}</span>;
}
