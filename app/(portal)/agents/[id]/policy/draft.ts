import { toDecimal } from "@/components/ui/money-format";
import type { Capability } from "@/lib/policies/capability";
import type { PolicyContent } from "@/lib/policies/content";

/** A policy as it stands in the controls: text, which may be wrong while somebody types. */
export type Draft = {
  level: PolicyContent["level"];
  riskThreshold: PolicyContent["riskThreshold"];
  costThreshold: string;
  maxRunSeconds: string;
  maxConcurrentRuns: string;
  maxWaitingApprovals: string;
  approvalTtlSeconds: string;
  tools: DraftTool[];
};

/** `id` keeps a row's controls when other rows go. */
export type DraftTool = { id: number; tool: string; mode: Capability["mode"]; ceiling: string; rate: string; paths: DraftList; domains: DraftList; operations: DraftList };

/** One pattern a line. Limited to no line at all is limited to nothing. */
export type DraftList = { limited: boolean; text: string };

export function draftOf(policy: PolicyContent): Draft {
  return {
    level: policy.level,
    riskThreshold: policy.riskThreshold,
    costThreshold: toDecimal(BigInt(policy.costThresholdMicros)),
    maxRunSeconds: String(policy.maxRunSeconds),
    maxConcurrentRuns: String(policy.maxConcurrentRuns),
    maxWaitingApprovals: String(policy.maxWaitingApprovals),
    approvalTtlSeconds: String(policy.approvalTtlSeconds),
    tools: policy.tools.map(draftRow),
  };
}

function draftRow(row: PolicyContent["tools"][number], id: number): DraftTool {
  return {
    id,
    tool: row.tool,
    mode: row.mode,
    ceiling: row.costCeilingMicros === null ? "" : toDecimal(BigInt(row.costCeilingMicros)),
    rate: row.rate ?? "",
    paths: draftList(row.paths),
    domains: draftList(row.domains),
    operations: draftList(row.operations),
  };
}

function draftList(patterns: readonly string[] | null | undefined): DraftList {
  return { limited: Array.isArray(patterns), text: (patterns ?? []).join("\n") };
}
