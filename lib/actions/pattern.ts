import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { SubmitActionInput } from "./schemas";

/**
 * SHA-256 of what look-alike requests share: agent, tool, operation and the names of the arguments, at the top level and
 * without their values. Requests of one pattern and one risk may be decided in a batch, each for its own digest.
 */
export function approvalPattern(agentId: string, { tool, operation, arguments: args }: Pick<SubmitActionInput, "tool" | "operation" | "arguments">): Buffer {
  return createHash("sha256").update(canonicalize({ agentId, tool, operation, keys: Object.keys(args).sort() }) ?? "").digest();
}
