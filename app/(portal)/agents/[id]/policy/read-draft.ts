import { parseMoney } from "@/components/ui/money-format";
import { PolicyContent } from "@/lib/policies/content";
import type { Draft, DraftList } from "./draft";

type ReadDraft = { ok: true; policy: PolicyContent } | { ok: false; problems: { message: string }[] };

/** What the controls say as a policy, or everything that is wrong with it. */
export function readDraft(draft: Draft, currency: string): ReadDraft {
  const parsed = PolicyContent.safeParse({
    level: draft.level,
    riskThreshold: draft.riskThreshold,
    costThresholdMicros: micros(draft.costThreshold, currency),
    maxRunSeconds: whole(draft.maxRunSeconds),
    maxConcurrentRuns: whole(draft.maxConcurrentRuns),
    maxWaitingApprovals: whole(draft.maxWaitingApprovals),
    approvalTtlSeconds: whole(draft.approvalTtlSeconds),
    tools: draft.tools.map((row) => ({
      tool: row.tool,
      mode: row.mode,
      costCeilingMicros: row.ceiling.trim() === "" ? null : micros(row.ceiling, currency),
      rate: row.rate.trim() || null,
      paths: listOf(row.paths),
      domains: listOf(row.domains),
      operations: listOf(row.operations),
    })),
  });
  if (parsed.success) return { ok: true, policy: parsed.data };
  return { ok: false, problems: parsed.error.issues.map((issue) => ({ message: `${nameOf(issue.path)} ${issue.code === "invalid_type" ? "is not a number that can be read" : issue.message}` })) };
}

const names: Record<string, string> = {
  costThresholdMicros: "The cost threshold",
  maxRunSeconds: "The longest run",
  maxConcurrentRuns: "Runs at once",
  maxWaitingApprovals: "Requests that may wait",
  approvalTtlSeconds: "The time that approvals stay open",
};

function nameOf(path: readonly PropertyKey[]): string {
  const [field, row, part, line] = path;
  if (field !== "tools" || typeof row !== "number") return names[String(field)] ?? String(field);
  return `Row ${row + 1}, ${part === "costCeilingMicros" ? "ceiling" : String(part)}${typeof line === "number" ? ` ${line + 1}` : ""},`;
}

function listOf({ limited, text }: DraftList): string[] | null {
  return limited ? text.split("\n").map((line) => line.trim()).filter((line) => line !== "") : null;
}

/** NaN, which no schema takes, for what is not clearly an amount. */
function micros(text: string, currency: string): number {
  const amount = parseMoney(text, currency);
  return amount === null ? Number.NaN : Number(amount);
}

function whole(text: string): number {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN;
}
