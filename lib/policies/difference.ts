import type { Json } from "@/lib/audit/actions";
import { completeRow } from "./complete-row";
import { firstPolicy } from "./first-policy";
import type { PolicyContent } from "./content";
import { useLimitNames } from "./use-limits";

export type PolicyDifference = { field: string; before: Json; after: Json };

const scalars = ["level", "costThresholdMicros", "riskThreshold", "maxRunSeconds", "maxConcurrentRuns", "maxConcurrentTasks", "maxWaitingApprovals", "approvalTtlSeconds"] as const;

/** What changed between two versions: fields by name, tools as `tools.<glob>`; null for a row that was not there, and for what is not limited. */
export function policyDifference(before: PolicyContent, after: PolicyContent): PolicyDifference[] {
  const changes: PolicyDifference[] = [];
  for (const field of scalars) {
    const [was, is] = [before[field] ?? firstPolicy[field] ?? null, after[field] ?? firstPolicy[field] ?? null];
    if (was !== is) changes.push({ field, before: was, after: is });
  }
  for (const field of useLimitNames) {
    const [was, is] = [before.limits?.[field] ?? null, after.limits?.[field] ?? null];
    if (was !== is) changes.push({ field, before: was, after: is });
  }
  const old = new Map(before.tools.map((row) => [row.tool, row]));
  const now = new Map(after.tools.map((row) => [row.tool, row]));
  for (const tool of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [side(old.get(tool)), side(now.get(tool))];
    if (JSON.stringify(was) !== JSON.stringify(is)) changes.push({ field: `tools.${tool}`, before: was, after: is });
  }
  return changes;
}

/** Only what the row says, so that a column which is new does not make every row a change. */
function side(row: PolicyContent["tools"][number] | undefined): Json {
  if (!row) return null;
  const { tool: _tool, mode, costCeilingMicros, ...restrictions } = completeRow(row);
  const said = Object.entries(restrictions).filter(([, value]) => value !== null);
  return { mode, costCeilingMicros, ...Object.fromEntries(said) };
}
