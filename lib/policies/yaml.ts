import { Document, isNode, isScalar, LineCounter, parseDocument } from "yaml";
import { PolicyContent } from "./content";

export type YamlProblem = { line: number; message: string };
export type ParsedPolicy = { ok: true; policy: PolicyContent } | { ok: false; problems: YamlProblem[] };

const maxLength = 100_000;

/** A policy as YAML that `policyFromYaml` reads back to the same. `amount` writes micro-units for people, as a comment. */
export function policyToYaml(policy: PolicyContent, amount: (micros: number) => string): string {
  const { level, riskThreshold, costThresholdMicros, maxRunSeconds, maxConcurrentRuns, maxWaitingApprovals, approvalTtlSeconds, tools } = policy;
  const document = new Document({ level, riskThreshold, costThresholdMicros, maxRunSeconds, maxConcurrentRuns, maxWaitingApprovals, approvalTtlSeconds, tools });
  document.commentBefore = " Amounts are whole micro-units: 1000000 is one unit of the currency.";
  comment(document, ["costThresholdMicros"], amount(costThresholdMicros));
  tools.forEach((row, at) => {
    if (row.costCeilingMicros !== null) comment(document, ["tools", at, "costCeilingMicros"], amount(row.costCeilingMicros));
  });
  return document.toString({ lineWidth: 0 });
}

/** Reads a policy from YAML. What is wrong is said with its line, syntax first. */
export function policyFromYaml(text: string): ParsedPolicy {
  if (text.length > maxLength) return { ok: false, problems: [{ line: 1, message: `This is longer than ${maxLength} characters.` }] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, schema: "core" });
  const syntax = [...document.errors, ...document.warnings];
  if (syntax.length > 0) return { ok: false, problems: syntax.map((error) => ({ line: error.linePos?.[0].line ?? 1, message: firstLine(error.message) })) };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch {
    return { ok: false, problems: [{ line: 1, message: "Aliases (*) are not accepted here; put a glob that begins with * in quotes." }] };
  }
  const parsed = PolicyContent.safeParse(value);
  if (parsed.success) return { ok: true, policy: parsed.data };
  return {
    ok: false,
    problems: parsed.error.issues.map((issue) => ({ line: lineOf(document, lines, issue.path), message: `${issue.path.join(".") || "policy"}: ${issue.message}` })),
  };
}

function comment(document: Document, path: (string | number)[], text: string): void {
  const node = document.getIn(path, true);
  if (isScalar(node)) node.comment = ` ${text}`;
}

/** The line of the value at a path, or of the nearest one around it. */
function lineOf(document: ReturnType<typeof parseDocument>, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function firstLine(text: string): string {
  return text.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? text;
}
