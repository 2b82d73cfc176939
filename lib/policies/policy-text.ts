import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { agentPolicy } from "@/db/schema/agent";

/** What an agent's policy says, without what is said about it. */
type PolicyRow = Omit<typeof agentPolicy.$inferSelect, "organizationId" | "agentId" | "version" | "note" | "createdBy" | "createdAt">;

/** One version of an agent's policy as a text: its RFC 8785 form. */
export function policyText({ level, tools, costThresholdMicros, riskThreshold, maxRunSeconds, maxConcurrentRuns, maxConcurrentTasks, maxWaitingApprovals, approvalTtlSeconds }: PolicyRow): string {
  return canonicalize({ level, tools, costThresholdMicros, riskThreshold, maxRunSeconds, maxConcurrentRuns, maxConcurrentTasks, maxWaitingApprovals, approvalTtlSeconds }) ?? "";
}

/** The hash by which the event names the version that was written. */
export function policyHash([written]: readonly PolicyRow[]): string | null {
  return written ? createHash("sha256").update(policyText(written)).digest("hex") : null;
}
