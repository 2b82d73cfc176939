import { formatMicros } from "@/components/ui/money-format";
import type { CapabilitiesContent } from "@/lib/policies/capabilities-content";
import type { PolicyContent } from "@/lib/policies/content";
import { useLimitNames, useLimitWords } from "@/lib/policies/use-limits";

const modes = { allowed: "Allowed", approval: "Ask a person", blocked: "Blocked" } as const;

const bounds: Record<keyof CapabilitiesContent["bounds"], string> = {
  level: "At least as strict as",
  riskThreshold: "Ask from this risk on",
  costThresholdMicros: "Ask from this cost on",
  maxRunSeconds: "Longest run (seconds)",
  maxConcurrentRuns: "Runs at once",
  maxWaitingApprovals: "Requests that may wait at once",
  approvalTtlSeconds: "Approvals stay open (seconds)",
};

type Props = { grid: { tools: readonly PolicyContent["tools"][number][]; bounds: Partial<CapabilitiesContent["bounds"]>; limits?: PolicyContent["limits"] }; currency: string };

/** A grid to read: what another level says, or an older version. */
export function GridView({ grid, currency }: Props) {
  const said = (Object.keys(bounds) as (keyof typeof bounds)[]).flatMap((name) => {
    const value = grid.bounds[name];
    return value === null || value === undefined ? [] : [{ name, value: name === "costThresholdMicros" ? formatMicros(Number(value), currency) : String(value) }];
  });
  const limited = useLimitNames.flatMap((name) => (typeof grid.limits?.[name] === "number" ? [{ name, value: grid.limits[name].toLocaleString("en-US") }] : []));
  return (
    <div className="grid min-w-0 gap-3">
      {said.length + limited.length > 0 ? (
        <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
          {said.map(({ name, value }) => (
            <li key={name}>
              <span className="text-muted">{bounds[name]}:</span> {value}
            </li>
          ))}
          {limited.map(({ name, value }) => (
            <li key={name}>
              <span className="text-muted">{useLimitWords[name]}:</span> {value}
            </li>
          ))}
        </ul>
      ) : null}
      {grid.tools.length > 0 ? (
        <ul className="divide-y divide-line rounded-md border border-line text-sm">
          {grid.tools.map((row) => (
            <li key={row.tool} className="grid gap-x-4 px-3 py-1.5 sm:grid-cols-[minmax(0,2fr)_8rem_minmax(0,3fr)]">
              <code className="font-mono wrap-anywhere">{row.tool}</code>
              <span>{modes[row.mode]}</span>
              <span className="text-muted wrap-anywhere">{restrictionsOf(row, currency)}</span>
            </li>
          ))}
        </ul>
      ) : null}
      {said.length + limited.length + grid.tools.length === 0 ? <p className="text-muted">It says nothing.</p> : null}
    </div>
  );
}

/** A row as one line. */
export function rowInWords(row: PolicyContent["tools"][number], currency: string): string {
  return [modes[row.mode], restrictionsOf(row, currency)].filter(Boolean).join(" · ");
}

function restrictionsOf(row: PolicyContent["tools"][number], currency: string): string {
  const list = (name: string, patterns: readonly string[] | null | undefined) => (patterns ? [patterns.length === 0 ? `no ${name}` : `${name} ${patterns.join(", ")}`] : []);
  return [
    ...(row.rate ? [row.rate] : []),
    ...(row.costCeilingMicros === null ? [] : [`up to ${formatMicros(row.costCeilingMicros, currency)} a call`]),
    ...list("paths", row.paths),
    ...list("domains", row.domains),
    ...list("operations", row.operations),
  ].join(" · ");
}
