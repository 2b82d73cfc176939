import { isDeepStrictEqual } from "node:util";
import type { ToolCapability } from "@/db/schema/agent";
import type { ChildPolicy } from "@/db/schema/spawn";
import { riskRank } from "@/lib/classification/risk";
import { globs } from "@/lib/actions/globs";
import { useLimitNames } from "@/lib/policies/use-limits";

/** One point in which a child would have more than its parent. */
export type Exceeded = { field: string; asked: string; most: string };

/** Which levels a child may have under a parent's: each lets through no more than the parent's does. */
const within: Record<ChildPolicy["level"], readonly ChildPolicy["level"][]> = {
  strict: ["strict", "isolated"],
  standard: ["standard", "strict", "isolated"],
  trusted: ["trusted", "standard", "strict", "isolated"],
  isolated: ["isolated"],
};

const numbers = ["costThresholdMicros", "maxRunSeconds", "maxConcurrentRuns", "maxConcurrentTasks", "maxWaitingApprovals", "approvalTtlSeconds"] as const;

/**
 * Everything in which a child's policy would allow more than its parent's. Of tools, the narrowest of all rows that match
 * counts, so a row that covers what the child's row names must allow as much, and every row that meets it must be heeded.
 * Whatever cannot be told apart counts as more.
 */
export function exceeds(child: ChildPolicy, parent: ChildPolicy): Exceeded[] {
  const found: Exceeded[] = [];
  const over = (field: string, asked: unknown, most: unknown) => found.push({ field, asked: String(asked), most: String(most) });
  if (!within[parent.level].includes(child.level)) over("level", child.level, within[parent.level].join(", "));
  for (const field of numbers) if (child[field] > parent[field]) over(field, child[field], parent[field]);
  for (const field of useLimitNames) {
    const [asked, most] = [child.limits?.[field] ?? Infinity, parent.limits?.[field] ?? Infinity];
    if (asked > most) over(`limits ${field}`, asked === Infinity ? "not limited" : asked, most);
  }
  if (riskRank(child.riskThreshold) > riskRank(parent.riskThreshold)) over("riskThreshold", child.riskThreshold, parent.riskThreshold);
  for (const row of child.tools) {
    const most = row.mode === "blocked" ? null : overRow(row, child, parent);
    if (most) over(`tools ${row.tool}`, words(row), most);
  }
  for (const row of parent.tools) {
    const most = isForgotten(row, child) ? words(row) : null;
    if (most) over(`tools ${row.tool}`, "not listed whole, so its limits would not hold for the rest", most);
  }
  return found;
}

/** The child's policy with what its parent's forbids or asks a person for, which holds for the child whether it was listed or not. */
export function inherit(child: ChildPolicy, parent: ChildPolicy): ChildPolicy {
  const listed = new Set(child.tools.map((row) => row.tool));
  const carried = parent.tools.filter((row) => !listed.has(row.tool)).flatMap((row) => carriedRow(row, child));
  return { ...child, tools: [...child.tools, ...carried] };
}

function carriedRow(row: ToolCapability, child: ChildPolicy): ToolCapability[] {
  if (row.mode === "blocked") return [row];
  // At this level what is not listed is denied, which no row may change.
  if (child.level === "isolated") return [];
  if (row.mode === "approval") return [row];
  if (!isLimited(row) || child.tools.some((own) => own.mode !== "blocked" && meet(own.tool, row.tool))) return [];
  return [child.level === "trusted" ? row : { ...row, mode: "approval" }];
}

const rank = { blocked: 0, approval: 1, allowed: 2 } as const;

/** What the parent may at most of what the child's row names, in words; null: the row is within it. */
function overRow(row: ToolCapability, child: ChildPolicy, parent: ChildPolicy): string | null {
  const mode = child.level === "strict" ? "approval" : row.mode;
  const covering = parent.tools.filter((other) => globs([other.tool])(row.tool));
  if (covering.some((other) => other.mode === "blocked")) return "blocked";
  const meeting = parent.tools.filter((other) => other.mode !== "blocked" && meet(other.tool, row.tool));
  const reached = covering.length > 0 ? "allowed" : unlisted(parent);
  const most = reached !== "blocked" && (meeting.some((other) => other.mode === "approval") || parent.level === "strict") ? "approval" : reached;
  if (rank[mode] > rank[most]) return most === "blocked" ? "not listed, so denied" : most;
  const limit = meeting.find((other) => !limitsWithin(row, other));
  return limit ? words(limit) : null;
}

/** What becomes of a tool that no row matches. */
function unlisted({ level }: ChildPolicy): ToolCapability["mode"] {
  if (level === "isolated") return "blocked";
  return level === "trusted" ? "allowed" : "approval";
}

/** Whether a row of the parent's that has limits meets the child's rows without one of them holding its limits for all it names. */
function isForgotten(row: ToolCapability, child: ChildPolicy): boolean {
  if (row.mode !== "allowed" || !isLimited(row) || child.level === "isolated") return false;
  const own = child.tools.filter((other) => other.mode !== "blocked" && meet(other.tool, row.tool));
  return own.length > 0 && !own.some((other) => globs([other.tool])(row.tool) && limitsWithin(other, row));
}

function limitsOf(row: ToolCapability): [string, unknown][] {
  return Object.entries(row).filter(([name, value]) => name !== "tool" && name !== "mode" && value !== null && value !== undefined);
}

function isLimited(row: ToolCapability): boolean {
  return limitsOf(row).length > 0;
}

function limitsWithin(row: ToolCapability, parent: ToolCapability): boolean {
  const own = new Map(limitsOf(row));
  return limitsOf(parent).every(([name, most]) => isWithin(own.get(name), most));
}

/** A lower number, a rate of fewer in the same time, a part of a list; what is not said has no limit. */
function isWithin(asked: unknown, most: unknown): boolean {
  if (asked === undefined) return false;
  if (typeof asked === "number" && typeof most === "number") return asked <= most;
  if (Array.isArray(asked) && Array.isArray(most)) return asked.every((each) => most.includes(each));
  if (typeof asked === "string" && typeof most === "string") return isSlower(asked, most);
  return isDeepStrictEqual(asked, most);
}

function isSlower(asked: string, most: string): boolean {
  const [[count, unit], [limit, other]] = [asked.split("/"), most.split("/")];
  return asked === most || (unit === other && Number(count) <= Number(limit));
}

/** Whether some tool's name may match both; said too often rather than too seldom. */
function meet(one: string, other: string): boolean {
  const [a, b] = [one.replaceAll("/", "."), other.replaceAll("/", ".")];
  if (!a.includes("*")) return globs([b])(a);
  if (!b.includes("*")) return globs([a])(b);
  const [before, begin] = [a.slice(0, a.indexOf("*")), b.slice(0, b.indexOf("*"))];
  const [after, end] = [a.slice(a.lastIndexOf("*") + 1), b.slice(b.lastIndexOf("*") + 1)];
  return (before.startsWith(begin) || begin.startsWith(before)) && (after.endsWith(end) || end.endsWith(after));
}

function words(row: ToolCapability): string {
  const limits = limitsOf(row).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [row.mode, ...limits].join(", ");
}
