"use client";
import { useId } from "react";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import { Input } from "../ui/input";
import { Label } from "../ui/label";
import { Popover } from "../ui/popover";
import { useSearchState } from "./use-search-state";

const presets = [
  { label: "Today", days: 1 },
  { label: "Last 7 days", days: 7 },
  { label: "Last 30 days", days: 30 },
  { label: "Last 90 days", days: 90 },
] as const;

const DAY_MS = 24 * 3600 * 1000;

/** Narrows a list to days in UTC, both ends included: `from` and `to` in the address. */
export function RangeFilter({ label = "Time" }: { label?: string }) {
  const id = useId();
  const { search, change: changeSearch } = useSearchState();
  const range = { from: search.get("from"), to: search.get("to") };
  const change = (next: { from?: string | null; to?: string | null }) => changeSearch({ ...next, after: null, before: null });
  const chosen = range.from || range.to;

  return (
    <Popover
      label={`Filter by ${label}`}
      className="w-64 p-2"
      trigger={
        <Button className={chosen ? "border-accent bg-accent-soft" : undefined}>
          {label}
          {chosen ? <span className="font-normal text-accent">{`${range.from ?? "…"} – ${range.to ?? "…"}`}</span> : null}
          <Icon name="chevron-down" className="-mr-1 text-muted" />
        </Button>
      }
    >
      <div className="grid grid-cols-2 gap-1">
        {presets.map((preset) => (
          <Button key={preset.label} variant="ghost" size="sm" onClick={() => change({ from: daysAgo(preset.days - 1), to: null })}>
            {preset.label}
          </Button>
        ))}
      </div>
      <div className="mt-2 grid gap-2 border-t border-line pt-2">
        <Label htmlFor={`${id}-from`}>From</Label>
        <Input id={`${id}-from`} type="date" value={range.from ?? ""} max={range.to ?? undefined} onChange={(event) => change({ from: event.target.value || null })} />
        <Label htmlFor={`${id}-to`}>To</Label>
        <Input id={`${id}-to`} type="date" value={range.to ?? ""} min={range.from ?? undefined} onChange={(event) => change({ to: event.target.value || null })} />
      </div>
      {chosen ? (
        <Button variant="ghost" size="sm" className="mt-2 w-full" onClick={() => change({ from: null, to: null })}>
          Clear
        </Button>
      ) : null}
    </Popover>
  );
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
}
