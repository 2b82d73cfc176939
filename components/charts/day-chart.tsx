"use client";
import { Area, AreaChart, Bar, BarChart, CartesianGrid, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { type DayPoint, type Series, seriesColour, shortDay } from "./points";

export interface DayChartProps {
  label: string;
  kind?: "bar" | "area";
  series: readonly Series[];
  points: readonly DayPoint[];
  /** A line that should not be crossed. */
  cap?: { value: number; label: string };
  /** Exact, for tooltip and table. */
  format: (value: number) => string;
  /** Short, for the axis. */
  formatAxis: (value: number) => string;
}

const tick = { fill: "var(--subtle)", fontSize: 11 };
const HEIGHT = 220;

/** Stacked values per day, with the same figures as a table for whoever cannot or would not read a chart. */
export function DayChart({ label, kind = "bar", series, points, cap, format, formatAxis }: DayChartProps) {
  const data = points.map((point) => ({ day: point.day, ...point.values }));
  const Chart = kind === "bar" ? BarChart : AreaChart;
  return (
    <figure className="min-w-0">
      <figcaption className="mb-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-muted">
        <span className="sr-only">{label}</span>
        {series.map(({ key, label: name }, index) => (
          <span key={key} className="inline-flex items-center gap-1.5">
            <span aria-hidden="true" className="size-2.5 rounded-sm" style={{ background: seriesColour(index) }} />
            {name}
          </span>
        ))}
      </figcaption>
      {/* The place is kept before the chart has measured itself. */}
      <div aria-hidden="true" className="overflow-hidden" style={{ height: HEIGHT }}>
        <ResponsiveContainer width="100%" height={HEIGHT} initialDimension={{ width: 600, height: HEIGHT }}>
          <Chart data={data} margin={{ top: 8, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis dataKey="day" tickFormatter={shortDay} tick={tick} tickLine={false} axisLine={{ stroke: "var(--line)" }} minTickGap={24} />
            <YAxis tickFormatter={formatAxis} tick={tick} tickLine={false} axisLine={false} width={52} />
            <Tooltip
              isAnimationActive={false}
              cursor={{ fill: "var(--hover)", stroke: "var(--line-strong)" }}
              content={({ active, label: day }) => {
                const point = active ? points.find((candidate) => candidate.day === day) : undefined;
                return point ? <DayNote point={point} series={series} format={format} /> : null;
              }}
            />
            {cap ? <ReferenceLine y={cap.value} stroke="var(--danger)" strokeDasharray="4 3" ifOverflow="extendDomain" label={{ value: cap.label, position: "insideTopRight", fill: "var(--danger)", fontSize: 11 }} /> : null}
            {series.map(({ key, label: name }, index) =>
              kind === "bar" ? (
                <Bar key={key} dataKey={key} name={name} stackId="day" fill={seriesColour(index)} maxBarSize={28} isAnimationActive={false} />
              ) : (
                <Area key={key} dataKey={key} name={name} stackId="day" stroke={seriesColour(index)} fill={seriesColour(index)} fillOpacity={0.15} strokeWidth={1.75} isAnimationActive={false} />
              ),
            )}
          </Chart>
        </ResponsiveContainer>
      </div>
      <DayFigures label={label} series={series} points={points} format={format} />
    </figure>
  );
}

type Figures = Pick<DayChartProps, "series" | "format">;

function DayNote({ point, series, format }: Figures & { point: DayPoint }) {
  return (
    <div className="rounded-md border border-line bg-surface px-2.5 py-1.5 text-sm shadow-raised">
      <p className="text-muted">{point.day}</p>
      {series.map(({ key, label }, index) => (
        <p key={key} className="flex items-center gap-2">
          <span className="size-2 rounded-sm" style={{ background: seriesColour(index) }} />
          <span className="flex-1 pr-4">{label}</span>
          <span className="font-medium">{format(point.values[key] ?? 0)}</span>
        </p>
      ))}
    </div>
  );
}

function DayFigures({ label, series, points, format }: Figures & Pick<DayChartProps, "label" | "points">) {
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
