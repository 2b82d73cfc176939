import { barsOf, type DayPoint, niceTop, type Series, seriesFill, seriesSwatch, shortDay } from "./points";

export interface DayChartProps {
  label: string;
  series: readonly Series[];
  points: readonly DayPoint[];
  /** A line that should not be crossed. */
  cap?: { value: number; label: string };
  /** Exact, for tooltip and table. */
  format: (value: number) => string;
  /** Short, for the axis. */
  formatAxis: (value: number) => string;
}

const HEIGHT = 100;
const BAR = 8;
const STEP = 10;

/**
 * Stacked values per day, with the same figures as a table for whoever cannot or would not read a chart. It is drawn by the
 * server: no script, and no style that the content security policy would have to allow.
 */
export function DayChart({ label, series, points, cap, format, formatAxis }: DayChartProps) {
  const top = niceTop(points, cap?.value);
  const width = Math.max(1, points.length) * STEP;
  const days = labelledDays(points);
  return (
    <figure className="min-w-0">
      <figcaption className="mb-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-muted">
        <span className="sr-only">{label}</span>
        {series.map(({ key, label: name }, index) => (
          <span key={key} className="inline-flex items-center gap-1.5">
            <span aria-hidden="true" className={`size-2.5 rounded-sm ${seriesSwatch(index)}`} />
            {name}
          </span>
        ))}
        {cap ? (
          <span className="inline-flex items-center gap-1.5">
            <span aria-hidden="true" className="w-4 border-t-2 border-dashed border-danger" />
            {cap.label}
          </span>
        ) : null}
      </figcaption>
      <div aria-hidden="true" className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2 text-xs text-subtle">
        <div className="flex h-48 flex-col justify-between text-right">
          {[top, top / 2, 0].map((value) => (
            <span key={value} className="-my-2">
              {formatAxis(value)}
            </span>
          ))}
        </div>
        <svg viewBox={`0 0 ${width} ${HEIGHT}`} preserveAspectRatio="none" className="h-48 w-full overflow-visible">
          {[0, HEIGHT / 2, HEIGHT].map((y) => (
            <line key={y} x1={0} x2={width} y1={y} y2={y} vectorEffect="non-scaling-stroke" className="stroke-line" />
          ))}
          {points.map((point, day) => (
            <g key={point.day} className="group">
              <title>{[shortDay(point.day), ...series.map(({ key, label: name }) => `${name}: ${format(point.values[key] ?? 0)}`)].join("\n")}</title>
              <rect x={day * STEP} y={0} width={STEP} height={HEIGHT} className="fill-transparent group-hover:fill-hover" />
              {barsOf(point, series, top, HEIGHT).map((bar, index) => (
                <rect key={bar.key} x={day * STEP + (STEP - BAR) / 2} width={BAR} y={bar.y} height={bar.height} className={seriesFill(index)} />
              ))}
            </g>
          ))}
          {cap ? (
            <line x1={0} x2={width} y1={HEIGHT * (1 - cap.value / top)} y2={HEIGHT * (1 - cap.value / top)} strokeDasharray="5 4" strokeWidth={1.5} vectorEffect="non-scaling-stroke" className="stroke-danger" />
          ) : null}
        </svg>
        <span />
        <div className="mt-1 flex justify-between">
          {days.map((day) => (
            <span key={day}>{shortDay(day)}</span>
          ))}
        </div>
      </div>
      <DayFigures label={label} series={series} points={points} format={format} />
    </figure>
  );
}

/** The first day, the last one and the one in the middle. */
function labelledDays(points: readonly DayPoint[]): string[] {
  const at = [...new Set([0, Math.floor((points.length - 1) / 2), points.length - 1])];
  return at.flatMap((index) => points[index]?.day ?? []);
}

function DayFigures({ label, series, points, format }: Pick<DayChartProps, "label" | "series" | "points" | "format">) {
  return (
    <details className="mt-2">
      <summary className="inline-flex min-h-6 items-center text-sm text-muted hover:text-ink">Show as a table</summary>
      <div role="region" aria-label={`${label}, as a table`} tabIndex={0} className="mt-1 max-h-72 overflow-auto rounded-md border border-line">
        <table className="w-full text-left">
          <thead className="sticky top-0 bg-sunken text-sm text-muted">
            <tr>
              <th scope="col" className="px-3 py-1.5 font-medium">
                Day
              </th>
              {series.map(({ key, label: name }) => (
                <th key={key} scope="col" className="px-3 py-1.5 text-right font-medium">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {points.map((point) => (
              <tr key={point.day} className="border-t border-line">
                <th scope="row" className="px-3 py-1 font-normal whitespace-nowrap">
                  {point.day}
                </th>
                {series.map(({ key }) => (
                  <td key={key} className="px-3 py-1 text-right">
                    {format(point.values[key] ?? 0)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
