import { toDecimal } from "@/components/ui/money-format";
import type { CapabilitiesContent } from "@/lib/policies/capabilities-content";
import type { Capability } from "@/lib/policies/capability";
import type { PolicyContent } from "@/lib/policies/content";
import { type UseLimitName, useLimitNames } from "@/lib/policies/use-limits";

/** A policy or a grid as it stands in the controls: text, which may be wrong while somebody types. Empty: nothing is said. */
export type Draft = {
  level: PolicyContent["level"] | "";
  riskThreshold: PolicyContent["riskThreshold"] | "";
  costThreshold: string;
  maxRunSeconds: string;
  maxConcurrentRuns: string;
  /** Of an agent's own policy only. */
  maxConcurrentTasks: string;
  maxWaitingApprovals: string;
  approvalTtlSeconds: string;
  limits: Record<UseLimitName, string>;
  tools: DraftTool[];
};

/** `id` keeps a row's controls when other rows go. */
export type DraftTool = { id: number; tool: string; mode: Capability["mode"]; ceiling: string; rate: string; paths: DraftList; domains: DraftList; operations: DraftList };

/** One pattern a line. Limited to no line at all is limited to nothing. */
export type DraftList = { limited: boolean; text: string };

/** An agent's own policy. */
export function policyDraft({ tools, limits, ...bounds }: PolicyContent): Draft {
  return draftOf(bounds, tools, limits);
}

/** The grid of a level above. */
export function gridDraft({ tools, bounds, limits }: CapabilitiesContent): Draft {
  return draftOf(bounds, tools, limits);
}

function draftOf(bounds: CapabilitiesContent["bounds"] & { maxConcurrentTasks?: number | undefined }, tools: PolicyContent["tools"], limits: PolicyContent["limits"]): Draft {
  return {
    level: bounds.level ?? "",
    riskThreshold: bounds.riskThreshold ?? "",
    costThreshold: money(bounds.costThresholdMicros),
    maxRunSeconds: String(bounds.maxRunSeconds ?? ""),
    maxConcurrentRuns: String(bounds.maxConcurrentRuns ?? ""),
    maxConcurrentTasks: String(bounds.maxConcurrentTasks ?? ""),
    maxWaitingApprovals: String(bounds.maxWaitingApprovals ?? ""),
    approvalTtlSeconds: String(bounds.approvalTtlSeconds ?? ""),
    limits: Object.fromEntries(useLimitNames.map((name) => [name, String(limits?.[name] ?? "")])) as Draft["limits"],
    tools: tools.map((row, id) => ({
      id,
      tool: row.tool,
      mode: row.mode,
      ceiling: money(row.costCeilingMicros),
      rate: row.rate ?? "",
      paths: draftList(row.paths),
      domains: draftList(row.domains),
      operations: draftList(row.operations),
    })),
  };
}

function money(micros: number | null): string {
  return micros === null ? "" : toDecimal(BigInt(micros));
}

function draftList(patterns: readonly string[] | null | undefined): DraftList {
  return { limited: Array.isArray(patterns), text: (patterns ?? []).join("\n") };
}

/** What a list says; null when it is not limited. */
export function listOf({ limited, text }: DraftList): string[] | null {
  return limited ? text.split("\n").map((line) => line.trim()).filter((line) => line !== "") : null;
}
