import { boundsProblem } from "./bounds";
import type { PolicyJson } from "./policy-json";
import { withCedar } from "./wasm";

/** A policy of a text with its name: `@id`, or its place. */
export type ReadPolicy = { id: string; policy: PolicyJson };

// What was checked to be published in this process need not be read once more when it is first decided by.
const remembered = new Map<string, readonly ReadPolicy[]>();
const mostRemembered = 50;

export function rememberRead(text: string, policies: readonly ReadPolicy[]): void {
  remembered.delete(text);
  remembered.set(text, policies);
  const [oldest] = remembered.keys();
  if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest);
}

export const isRemembered = (text: string): boolean => remembered.has(text);

/** The policies of a text in order. @throws Error when it cannot be read, or is larger or deeper than may be. */
export function readPolicies(text: string): readonly ReadPolicy[] {
  const known = remembered.get(text);
  if (known) return known;
  const problem = boundsProblem(text);
  if (problem) throw new Error(problem.message);
  const policies = withCedar((cedar) => {
    const parts = cedar.policySetTextToParts(text);
    if (parts.type === "failure") throw new Error(parts.errors[0]?.message ?? "cannot be read");
    if (parts.policy_templates.length > 0) throw new Error("templates with ?principal or ?resource are not evaluated");
    return inOrder(parts.policies).map((each) => {
      const answer = cedar.policyToJson(each);
      if (answer.type === "failure") throw new Error(answer.errors[0]?.message ?? "cannot be read");
      return answer.json;
    });
  });
  const read = namedPolicies(policies);
  rememberRead(text, read);
  return read;
}

/** Cedar names them policy0, policy1 and so on, and gives them in the order of these names: policy10 before policy2. */
export function inOrder<T>(policies: readonly T[]): T[] {
  const names = policies.map((_, at) => ({ name: `policy${at}`, at })).sort((one, other) => (one.name < other.name ? -1 : 1));
  return names.map(({ at }, place) => ({ at, policy: policies[place] })).sort((one, other) => one.at - other.at).flatMap(({ policy }) => (policy === undefined ? [] : [policy]));
}

export function namedPolicies(policies: readonly PolicyJson[]): ReadPolicy[] {
  return policies.map((policy, at) => ({ id: policy.annotations?.id || `${at + 1}`, policy }));
}
