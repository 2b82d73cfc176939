import { checkPolicies, type CheckedPlace } from "./check";
import type { CedarContent } from "./content";

type Problem = { path: string; message: string; line?: number; column?: number };

/** Everything that refuses publishing: what is wrong with the text, or else each of its tests that comes out otherwise. */
export async function cedarProblems(content: CedarContent, place: CheckedPlace): Promise<Problem[]> {
  const { problems, tests } = await checkPolicies(content, place);
  if (problems.length > 0) return problems.map(({ message, line, column }) => ({ path: "text", message, line, column }));
  return tests.flatMap(({ name, expect, found, rule, passed }, at) => (passed ? [] : [{ path: `tests.${at}`, message: `The test '${name}' expects ${expect} and finds ${found} (${rule}).` }]));
}
