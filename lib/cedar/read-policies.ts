import type { PolicyJson } from "./policy-json";
import { boundsProblem } from "./bounds";
import { withCedar } from "./wasm";

/** A policy of a text with its name: `@id`, or its place. */
export type ReadPolicy = { id: string; policy: PolicyJson };

/** The policies of a text in order. @throws Error when it cannot be read, or is larger or deeper than may be. */
export function readPolicies(text: string): ReadPolicy[] {
  const problem = boundsProblem(text);
  if (problem) throw new Error(problem.message);
  return withCedar((cedar) => {
    const parts = cedar.policySetTextToParts(text);
    if (parts.type === "failure") throw new Error(parts.errors[0]?.message ?? "cannot be read");
    if (parts.policy_templates.length > 0) throw new Error("templates with ?principal or ?resource are not evaluated");
    return inOrder(parts.policies).map((each, at) => {
      const answer = cedar.policyToJson(each);
      if (answer.type === "failure") throw new Error(answer.errors[0]?.message ?? "cannot be read");
      return { id: answer.json.annotations?.id || `${at + 1}`, policy: answer.json };
    });
  });
}

/** Cedar names them policy0, policy1 and so on, and gives them in the order of these names: policy10 before policy2. */
export function inOrder(policies: readonly string[]): string[] {
  const names = policies.map((_, at) => ({ name: `policy${at}`, at })).sort((one, other) => (one.name < other.name ? -1 : 1));
  const found: string[] = [];
  names.forEach(({ at }, place) => (found[at] = policies[place] ?? ""));
  return found;
}
