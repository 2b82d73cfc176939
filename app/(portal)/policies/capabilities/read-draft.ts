import type { z } from "zod";
import { parseMoney } from "@/components/ui/money-format";
import { CapabilitiesContent } from "@/lib/policies/capabilities-content";
import { PolicyContent } from "@/lib/policies/content";
import { useLimitNames, useLimitWords } from "@/lib/policies/use-limits";
import { type Draft, listOf } from "./draft";

type ReadDraft<T> = { ok: true; policy: T } | { ok: false; problems: { message: string }[] };

/** What the controls say as an agent's policy, or everything that is wrong with it. */
export function readPolicy(draft: Draft, currency: string): ReadDraft<z.output<typeof PolicyContent>> {
  return readWith(PolicyContent, { ...boundsOf(draft, currency, Number.NaN), maxConcurrentTasks: whole(draft.maxConcurrentTasks), limits: limitsOf(draft), tools: rowsOf(draft, currency) });
}

/** What the controls say as the grid of a level above, in which every number may be left open. */
export function readGrid(draft: Draft, currency: string): ReadDraft<CapabilitiesContent> {
  return readWith(CapabilitiesContent, { bounds: boundsOf(draft, currency, null), limits: limitsOf(draft), tools: rowsOf(draft, currency) });
}

function readWith<T>(schema: z.ZodType<T>, value: unknown): ReadDraft<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, policy: parsed.data };
  return { ok: false, problems: parsed.error.issues.map((issue) => ({ message: `${nameOf(issue.path)} ${issue.code === "invalid_type" ? "is not a number that can be read" : issue.message}` })) };
}

/** `open`: what an empty field means. */
function boundsOf(draft: Draft, currency: string, open: number | null) {
  const number = (text: string, parse: (text: string) => number) => (text.trim() === "" ? open : parse(text));
  return {
    level: draft.level || null,
    costThresholdMicros: number(draft.costThreshold, (text) => micros(text, currency)),
    riskThreshold: draft.riskThreshold || null,
    maxRunSeconds: number(draft.maxRunSeconds, whole),
    maxConcurrentRuns: number(draft.maxConcurrentRuns, whole),
    maxWaitingApprovals: number(draft.maxWaitingApprovals, whole),
    approvalTtlSeconds: number(draft.approvalTtlSeconds, whole),
  };
}

/** An empty field limits nothing. */
function limitsOf({ limits }: Draft) {
  return Object.fromEntries(useLimitNames.flatMap((name) => (limits[name].trim() === "" ? [] : [[name, whole(limits[name])]])));
}

function rowsOf(draft: Draft, currency: string) {
  return draft.tools.map((row) => ({
    tool: row.tool,
    mode: row.mode,
    costCeilingMicros: row.ceiling.trim() === "" ? null : micros(row.ceiling, currency),
    rate: row.rate.trim() || null,
    paths: listOf(row.paths),
    domains: listOf(row.domains),
    operations: listOf(row.operations),
  }));
}

const names: Record<string, string> = {
  ...useLimitWords,
  costThresholdMicros: "The cost threshold",
  maxRunSeconds: "The longest run",
  maxConcurrentRuns: "Runs at once",
  maxConcurrentTasks: "Own tasks at once",
  maxWaitingApprovals: "Requests that may wait",
  approvalTtlSeconds: "The time that approvals stay open",
};

function nameOf(path: readonly PropertyKey[]): string {
  const [field, row, part, line] = path[0] === "bounds" || path[0] === "limits" ? path.slice(1) : path;
  if (field !== "tools" || typeof row !== "number") return names[String(field)] ?? String(field);
  return `Row ${row + 1}, ${part === "costCeilingMicros" ? "ceiling" : String(part ?? "tool")}${typeof line === "number" ? ` ${line + 1}` : ""},`;
}

/** NaN, which no schema takes, for what is not clearly an amount. */
function micros(text: string, currency: string): number {
  const amount = parseMoney(text, currency);
  return amount === null ? Number.NaN : Number(amount);
}

function whole(text: string): number {
  return /^\d{1,13}$/.test(text.trim()) ? Number(text) : Number.NaN;
}
