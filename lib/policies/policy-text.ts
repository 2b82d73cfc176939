import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { agentPolicy, UseLimits } from "@/db/schema/agent";
import { useLimitNames } from "./use-limits";

/** What an agent's policy says, without what is said about it. */
type PolicyRow = Omit<typeof agentPolicy.$inferSelect, "organizationId" | "agentId" | "version" | "limits" | "note" | "createdBy" | "createdAt"> & { limits?: UseLimits | undefined };

/** One version of an agent's policy as a text: its RFC 8785 form. What is not limited is left out, as it was before there were limits. */
export function policyText({ level, tools, costThresholdMicros, riskThreshold, maxRunSeconds, maxConcurrentRuns, maxConcurrentTasks, maxWaitingApprovals, approvalTtlSeconds, limits = {} }: PolicyRow): string {
  const said = Object.fromEntries(useLimitNames.flatMap((name) => (typeof limits[name] === "number" ? [[name, limits[name]]] : [])));
  const limited = Object.keys(said).length > 0 ? { limits: said } : {};
  return canonicalize({ level, tools, costThresholdMicros, riskThreshold, maxRunSeconds, maxConcurrentRuns, maxConcurrentTasks, maxWaitingApprovals, approvalTtlSeconds, ...limited }) ?? "";
}

/** The hash by which the event names the version that was written. */
export function policyHash([written]: readonly PolicyRow[]): string | null {
  return written ? createHash("sha256").update(policyText(written)).digest("hex") : null;
}
