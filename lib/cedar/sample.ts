import { log } from "@/lib/log";
import type { Environment } from "./closures";
import type { CompiledPolicy } from "./compiled";
import { determine, determineByCedar, sameDetermined } from "./oracle";

/** Cedar takes milliseconds, so it is asked once in so long, however many decisions there are. */
const everyMs = 10_000;
const mostPolicies = 40;
let nextAt = 0;

/**
 * Whether Cedar itself says the same of a live decision; true for all that are not in the sample. `policies`: those that were
 * asked, and as many others as fit, so that what was passed over is looked at too.
 */
export function agreesWithCedar(asked: readonly CompiledPolicy[], all: readonly CompiledPolicy[], environment: Environment): boolean {
  const now = Date.now();
  if (now < nextAt && nextAt - now <= everyMs) return true;
  nextAt = now + everyMs;
  const first = asked.length > mostPolicies ? Math.floor(Math.random() * (asked.length - mostPolicies)) : 0;
  const policies = [...new Set([...asked.slice(first, first + mostPolicies), ...drawn(all, mostPolicies - asked.length)])];
  try {
    const ours = determine(policies.map((policy) => (asked.includes(policy) ? policy : { ...policy, holds: () => false })), environment);
    if (sameDetermined(ours, determineByCedar(policies.map(({ json }) => json), environment))) return true;
    log.error({ policies: policies.map(({ id, source: { kind, scopeId, version } }) => `${kind} ${scopeId} ${version} ${id}`) }, "a decision was denied, since Cedar says something else of its policies");
  } catch (error) {
    log.error({ err: error }, "a decision was denied, since Cedar says nothing of its policies");
  }
  return false;
}

function drawn(all: readonly CompiledPolicy[], count: number): CompiledPolicy[] {
  return Array.from({ length: Math.min(Math.max(count, 0), all.length) }, () => all[Math.floor(Math.random() * all.length)]).filter((policy) => policy !== undefined);
}
