import { formatMicros } from "@/components/ui/money-format";
import type { Json } from "@/lib/audit/actions";
import type { PolicyDifference } from "@/lib/policies/difference";
import { useLimitNames, useLimitWords } from "@/lib/policies/use-limits";

const names: Record<string, string> = {
  level: "Level",
  riskThreshold: "Ask from this risk on",
  costThresholdMicros: "Ask from this cost on",
  maxRunSeconds: "Longest run",
  maxConcurrentRuns: "Runs at once",
  maxConcurrentTasks: "Own tasks at once",
  maxWaitingApprovals: "Requests that may wait at once",
  approvalTtlSeconds: "Approvals stay open",
  ...useLimitWords,
};

/** What changes between two versions, before and after. */
export function ChangeList({ changes, currency }: { changes: readonly PolicyDifference[]; currency: string }) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-left text-sm">
        <thead className="text-muted">
          <tr>
            <th className="py-1 pr-4 font-medium">What</th>
            <th className="py-1 pr-4 font-medium">Before</th>
            <th className="py-1 font-medium">After</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <tr key={change.field} className="border-t border-line align-top">
              <td className="py-1 pr-4 wrap-anywhere">{change.field.startsWith("tools.") ? <code className="font-mono">{change.field.slice("tools.".length)}</code> : (names[change.field] ?? change.field)}</td>
              <td className="py-1 pr-4 text-danger">
                <del className="no-underline">{show(change.field, change.before, currency)}</del>
              </td>
              <td className="py-1 text-ok">
                <ins className="no-underline">{show(change.field, change.after, currency)}</ins>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function show(field: string, value: Json, currency: string): string {
  if (field === "costThresholdMicros") return formatMicros(Number(value), currency);
  if (field === "maxRunSeconds" || field === "approvalTtlSeconds") return `${String(value)} s`;
  if (useLimitNames.some((name) => name === field)) return value === null ? "not limited" : Number(value).toLocaleString("en-US");
  if (value === null) return "not listed";
  if (typeof value !== "object" || Array.isArray(value)) return String(value);
  const ceiling = value.costCeilingMicros;
  const restrictions = (["rate", "paths", "domains", "operations"] as const).flatMap((name) => {
    const said = value[name];
    if (typeof said === "string") return [said];
    return Array.isArray(said) ? [said.length === 0 ? `no ${name}` : `${name} ${said.join(", ")}`] : [];
  });
  return [String(value.mode), ...(typeof ceiling === "number" ? [`up to ${formatMicros(ceiling, currency)}`] : []), ...restrictions].join(", ");
}
