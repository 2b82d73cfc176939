import { globs } from "@/lib/actions/globs";
import { classify } from "./classify";
import type { ClassificationContent, ClassificationTest, KindRule } from "./content";
import type { RiskClass } from "./risk";

export type TestResult = { name: string; expected: RiskClass; risk: RiskClass; reasons: string[]; passed: boolean };

/** Asks every test of the rules. */
export function runTests(content: ClassificationContent): TestResult[] {
  return content.tests.map((test) => {
    const { risk, reasons } = classify(requestOf(test), content);
    return { name: test.name, expected: test.expected, risk, reasons, passed: risk === test.expected };
  });
}

function requestOf({ tool, operation, resource, arguments: given, declaredRisk }: ClassificationTest) {
  return { tool, operation, resource, arguments: given, ...(declaredRisk ? { declaredRisk } : {}) };
}

/** What keeps rules from being published: a test that gets another class, and a row that no action can reach. */
export function classificationProblems(content: ClassificationContent): { path: string; message: string }[] {
  const failed = runTests(content).flatMap(({ name, expected, risk, passed }, at) =>
    passed ? [] : [{ path: `tests.${at}`, message: `${name}: expected ${expected}, and the rules say ${risk}` }],
  );
  return [...unreachable(content.kinds), ...failed];
}

function unreachable(kinds: readonly KindRule[]): { path: string; message: string }[] {
  return kinds.flatMap((rule, at) => {
    const above = kinds.findIndex((earlier, index) => index < at && covers(earlier, rule));
    return above < 0 ? [] : [{ path: `kinds.${at}`, message: `row ${at + 1} is never reached: row ${above + 1} is about all of its tools` }];
  });
}

/** Whether every action that `rule` is about comes to `earlier` before it. A star in a glob stands here for itself. */
function covers(earlier: KindRule, rule: KindRule): boolean {
  const matches = globs(earlier.tools.map(signs));
  return earlier.operations === null && rule.tools.every((tool) => matches(signs(tool)));
}

function signs(tool: string): string {
  return tool.replaceAll(":", ".");
}
