import { dotted } from "@/lib/actions/globs";
import { log } from "@/lib/log";
import type { Environment } from "./closures";
import type { CompiledPolicy, PolicySource } from "./compiled";
import type { CompiledPolicies } from "./policies";
import { guardedValues, passes } from "./guard";
import { environmentOf, type Question } from "./question";
import { agreesWithCedar } from "./sample";

export type PolicyAnswer = {
  outcome: "allow" | "needs_approval" | "deny";
  rule: string;
  message: string;
  /** Where it is written; null: nowhere, since nothing permits it or something cannot be read. */
  source: (PolicySource & { policyId: string }) | null;
};

/**
 * What the policies say of one boundary. Nothing permits: denied. Something forbids: denied, unless what it waits for is a
 * person's yes, and then it needs approval. Asked with `approved`, it allows or denies. Whatever goes wrong is a denial; it
 * never throws.
 */
export function evaluatePolicies(compiled: CompiledPolicies, question: Question): PolicyAnswer {
  try {
    if (compiled.unreadable) return unreadable(compiled.unreadable);
    const environment = environmentOf(question);
    const candidates = compiled.candidates(question.boundary.action, dotted(question.context.tool));
    if (!agreesWithCedar(candidates, compiled.all, environment)) return failed();
    return fill(answer(candidates, environment, question.context.approved), question);
  } catch (error) {
    log.error({ err: error, agentId: question.agent.id }, "the policies cannot be evaluated: denied");
    return failed();
  }
}

type Found = { forbid: CompiledPolicy | null; permit: CompiledPolicy | null };
type Naming = Omit<PolicyAnswer, "source"> & { policy: CompiledPolicy | null };

function answer(candidates: readonly CompiledPolicy[], environment: Environment, approved: boolean): Naming {
  const now = deciding(candidates, environment);
  if (!now.forbid && now.permit) return { outcome: "allow", rule: "policy.allowed", message: "The agent's policy allows it.", policy: now.permit };
  if (approved) return denial(now);
  const then = deciding(candidates, { ...environment, context: { ...environment.context, approved: true } });
  if (then.forbid || !then.permit) return denial(then);
  const asking = now.forbid ?? then.permit;
  return { outcome: "needs_approval", rule: asking.rule, message: asking.message, policy: asking };
}

function deciding(policies: readonly CompiledPolicy[], environment: Environment): Found {
  let forbid: CompiledPolicy | null = null;
  let permit: CompiledPolicy | null = null;
  const values = guardedValues(environment);
  const principalId = environment.principal.ref.id;
  for (const policy of policies) {
    if (policy.guard !== null && !passes(policy.guard, values)) continue;
    if (policy.principalId !== null && policy.principalId !== principalId) continue;
    // All are asked, also once the answer is sure: an error in any of them is a denial whatever the others say.
    if (!policy.inScope(environment) || !policy.holds(environment)) continue;
    if (policy.effect === "forbid") {
      if (!forbid || policy.rank < forbid.rank) forbid = policy;
    } else if (!permit || policy.rank < permit.rank) permit = policy;
  }
  return { forbid, permit };
}

function denial({ forbid }: Found): Naming {
  if (forbid) return { outcome: "deny", rule: forbid.rule, message: forbid.message, policy: forbid };
  return { outcome: "deny", rule: "capability.not_listed", message: "{tool} is not on this agent's list.", policy: null };
}

function fill({ policy, outcome, rule, message }: Naming, { agent, boundary, context }: Question): PolicyAnswer {
  const words: Record<string, string> = { tool: context.tool, operation: context.operation, resource: boundary.resource.id.slice(0, 500) };
  const text = message.replace(/\{(tool|operation|resource)\}/g, (_, name: string) => words[name] ?? "");
  if (!policy) return { outcome, rule, message: text, source: null };
  const source = policy.source.kind === "levels" ? { ...policy.source, scopeId: agent.id } : policy.source;
  return { outcome, rule, message: text, source: { ...source, policyId: policy.id } };
}

function unreadable({ kind, scopeType, version }: PolicySource): PolicyAnswer {
  const which = kind === "cedar" ? "Cedar policies" : "capability grid";
  const message = `The ${which} of this ${scopeType}${version === null ? "" : ` (version ${version})`} cannot be read, so nothing is allowed. Ask an organization admin to publish them anew.`;
  return { outcome: "deny", rule: "cedar.unreadable", message, source: null };
}

function failed(): PolicyAnswer {
  const message = "The policies cannot be evaluated for this request, so it is denied. Ask an organization admin to look at them.";
  return { outcome: "deny", rule: "cedar.unreadable", message, source: null };
}
