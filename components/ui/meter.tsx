import { cn } from "./cn";
import { formatMicros } from "./money-format";

interface MeterProps {
  label: string;
  spent: bigint | number;
  reserved: bigint | number;
  cap: bigint | number;
  currency: string;
  /** Where the alert fires, marked on the bar. */
  thresholdPercent?: number;
  showLegend?: boolean;
}

/** How much of a budget is spent and held back; the same is said in words for those who cannot see the bar. */
export function Meter({ label, spent: spentMicros, reserved, cap, currency, thresholdPercent, showLegend = true }: MeterProps) {
  const [spent, held, limit] = [BigInt(spentMicros), BigInt(reserved), BigInt(cap)];
  const used = spent + held;
  const usedPercent = percent(used, limit);
  const money = (micros: bigint) => formatMicros(micros, currency);
  const left = limit > used ? limit - used : 0n;
  const state = used >= limit ? "full" : thresholdPercent !== undefined && usedPercent >= thresholdPercent ? "near" : "calm";
  const text = `${money(spent)} spent, ${money(held)} reserved, of ${money(limit)}; ${money(left)} left`;
  const fill = { calm: "fill-accent", near: "fill-warn", full: "fill-danger" }[state];
  return (
    <div className="min-w-0">
      <div
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.min(100, usedPercent)}
        aria-valuetext={text}
        title={text}
        className="relative flex h-2 overflow-hidden rounded-full bg-line"
      >
        {/* Widths as attributes, since the content security policy takes no styles that are written into the page. */}
        <svg aria-hidden="true" className="block size-full">
          <rect width={`${percent(spent, limit)}%`} height="100%" className={fill} />
          {/* Reserved money is pale: held back, but not yet gone. */}
          <rect x={`${percent(spent, limit)}%`} width={`${Math.min(percent(held, limit), 100 - percent(spent, limit))}%`} height="100%" className={cn(fill, "opacity-40")} />
          {thresholdPercent !== undefined && thresholdPercent < 100 ? <rect x={`${thresholdPercent}%`} width={2} height="100%" className="fill-ink" /> : null}
        </svg>
      </div>
      {showLegend ? (
        <p aria-hidden="true" className="mt-1 flex flex-wrap justify-between gap-x-4 text-sm text-muted">
          <span>
            <span className="text-ink">{money(spent)}</span>
            {held > 0n ? ` + ${money(held)} reserved` : ""} of {money(limit)}
          </span>
          <span className={cn(state === "near" && "text-warn", state === "full" && "font-medium text-danger")}>
            {state === "full" ? "Cap reached" : `${money(left)} left`} · {usedPercent}%
          </span>
        </p>
      ) : null}
    </div>
  );
}

function percent(part: bigint, whole: bigint): number {
  if (whole <= 0n) return 100;
  const share = Number((part * 100n) / whole);
  return Math.min(100, Math.max(0, share));
}
