import { toDecimal } from "@/components/ui/money-format";
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
export type DraftTool = { id: number; tool: string; mode: PolicyContent["tools"][number]["mode"]; ceiling: string };

export function draftOf(policy: PolicyContent): Draft {
  return {
    level: policy.level,
    riskThreshold: policy.riskThreshold,
    costThreshold: toDecimal(BigInt(policy.costThresholdMicros)),
    maxRunSeconds: String(policy.maxRunSeconds),
    maxConcurrentRuns: String(policy.maxConcurrentRuns),
    maxWaitingApprovals: String(policy.maxWaitingApprovals),
    approvalTtlSeconds: String(policy.approvalTtlSeconds),
    tools: policy.tools.map((row, id) => ({
      id,
      tool: row.tool,
      mode: row.mode,
      ceiling: row.costCeilingMicros === null ? "" : toDecimal(BigInt(row.costCeilingMicros)),
    })),
  };
}
