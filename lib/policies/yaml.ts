import { Document, isNode, isScalar, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { CapabilitiesContent } from "./capabilities-content";
import { completeRow } from "./complete-row";
import { PolicyContent } from "./content";

export type YamlProblem = { line: number; message: string };
type Parsed<T> = { ok: true; policy: T } | { ok: false; problems: YamlProblem[] };

const maxLength = 200_000;

/** A policy as YAML that `policyFromYaml` reads back to the same. `amount` writes micro-units for people, as a comment. */
export function policyToYaml(policy: PolicyContent, amount: (micros: number) => string): string {
  const { level, riskThreshold, costThresholdMicros, maxRunSeconds, maxConcurrentRuns, maxConcurrentTasks, maxWaitingApprovals, approvalTtlSeconds, limits, tools } = policy;
  const document = new Document({ level, riskThreshold, costThresholdMicros, maxRunSeconds, maxConcurrentRuns, maxConcurrentTasks, maxWaitingApprovals, approvalTtlSeconds, ...limitsOf(limits), tools: rowsOf(tools) });
  comment(document, ["costThresholdMicros"], amount(costThresholdMicros));
  return written(document, tools, amount);
}

/** The grid of an organization, a workspace or a template as YAML, which `gridFromYaml` reads back to the same. */
export function gridToYaml(grid: CapabilitiesContent, amount: (micros: number) => string): string {
  const bounds = Object.fromEntries(Object.entries(grid.bounds).filter(([, value]) => value !== null));
  const document = new Document({ bounds, ...limitsOf(grid.limits), tools: rowsOf(grid.tools) });
  if (grid.bounds.costThresholdMicros !== null) comment(document, ["bounds", "costThresholdMicros"], amount(grid.bounds.costThresholdMicros));
  return written(document, grid.tools, amount);
}

/** Reads a policy from YAML. What is wrong is said with its line, syntax first. */
export function policyFromYaml(text: string): Parsed<z.output<typeof PolicyContent>> {
  return fromYaml(text, PolicyContent);
}

/** As `policyFromYaml`, of a grid. */
export function gridFromYaml(text: string): Parsed<CapabilitiesContent> {
  return fromYaml(text, CapabilitiesContent);
}

function fromYaml<T>(text: string, schema: z.ZodType<T>): Parsed<T> {
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
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, policy: parsed.data };
  return {
    ok: false,
    problems: parsed.error.issues.map((issue) => ({ line: lineOf(document, lines, issue.path), message: `${issue.path.join(".") || "policy"}: ${issue.message}` })),
  };
}

/** What is not limited is left out. */
function limitsOf(limits: PolicyContent["limits"]): { limits?: object } {
  const said = Object.entries(limits ?? {}).filter(([, value]) => value !== null && value !== undefined);
  return said.length > 0 ? { limits: Object.fromEntries(said) } : {};
}

/** What a row does not restrict is left out, so that a row reads as what it says. */
function rowsOf(tools: PolicyContent["tools"]): object[] {
  return tools.map((row) => {
    const { rate, paths, domains, operations, ...rest } = completeRow(row);
    const said = Object.entries({ rate, paths, domains, operations }).filter(([, value]) => value !== null);
    return { ...rest, ...Object.fromEntries(said) };
  });
}

function written(document: Document, tools: PolicyContent["tools"], amount: (micros: number) => string): string {
  document.commentBefore = " Amounts are whole micro-units: 1000000 is one unit of the currency.\n A row may have rate (100/hour), paths, domains and operations; what is left out is not restricted, and [] is nothing.";
  tools.forEach((row, at) => {
    if (row.costCeilingMicros !== null) comment(document, ["tools", at, "costCeilingMicros"], amount(row.costCeilingMicros));
  });
  return document.toString({ lineWidth: 0 });
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
