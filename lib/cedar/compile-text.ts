import { compilePolicy, type CompiledPolicy, type PolicySource, ranks } from "./compiled";
import type { ReadPolicy } from "./read-policies";

/** A policy that people wrote, under its own name. @throws Unsupported when it has a form that is not evaluated here. */
export function compileText({ id, policy }: ReadPolicy, source: PolicySource): CompiledPolicy {
  const message = policy.annotations?.message || `The policy ${id} of this ${source.scopeType} ${policy.effect === "forbid" ? "forbids it" : "permits it"}.`;
  return compilePolicy(policy, { id, rule: `policy:${id}`, message, rank: ranks.indexOf("text"), source });
}
