import type { ToolCapability } from "@/db/schema/agent";
import { formatAmount } from "@/lib/budgets/amount";
import { actionIn, approved, attribute, entity, equals, type Expr, joined, matching, type PolicyJson, toolMatching, unless, value, when } from "./policy-json";

export type GridScope = "organization" | "workspace" | "template" | "agent";

/** Rates are counted elsewhere: they depend on what was done before. */
export type GridRow = Omit<ToolCapability, "rate">;

/**
 * The capability grid of one level as Cedar. A row that is listed permits, whatever the level of the row; what it blocks, asks
 * for or restricts forbids, so that rows of lower levels can only narrow. `currency` writes amounts for people.
 */
export function compileGrid(scope: { type: GridScope; id: string }, rows: readonly GridRow[], currency: string): PolicyJson[] {
  return rows.flatMap((row) => compileRow(principalOf(scope), row, currency));
}

const scopeTypes = { organization: "Organization", workspace: "Workspace", template: "Template", agent: "Agent" } as const;

function principalOf({ type, id }: { type: GridScope; id: string }): PolicyJson["principal"] {
  const named = entity(scopeTypes[type], id);
  return type === "agent" ? { op: "==", entity: named } : { op: "in", entity: named };
}

function compileRow(principal: PolicyJson["principal"], row: GridRow, currency: string): PolicyJson[] {
  const ofTool = toolMatching(row.tool);
  const policy = (rule: string, effect: PolicyJson["effect"], group: string, conditions: PolicyJson["conditions"], message: string): PolicyJson => ({
    effect,
    principal,
    action: actionIn(group),
    resource: { op: "All" },
    conditions: [when(ofTool), ...conditions],
    annotations: { id: `${rule}:${row.tool}`, message },
  });
  const forbid = (rule: string, group: string, conditions: PolicyJson["conditions"], message: string) => policy(rule, "forbid", group, conditions, message);

  if (row.mode === "blocked") return [forbid("capability.blocked", "boundary", [], "The policy blocks {tool}.")];
  const found = [policy("capability.listed", "permit", "boundary", [], "{tool} is on the list of tools.")];
  if (row.mode === "approval") found.push(forbid("capability.approval", "boundary", [unless(approved)], "The policy asks a person for every {tool}."));
  if (row.costCeilingMicros !== null) {
    const over: Expr = { ">": { left: attribute("context", "costMicros"), right: value(row.costCeilingMicros) } };
    found.push(forbid("capability.cost_ceiling", "boundary", [when(over)], `One call of {tool} may cost at most ${formatAmount(row.costCeilingMicros, currency)}.`));
  }
  if (row.operations) {
    found.push(forbid("capability.operation", "boundary", butFor(row.operations.map((name) => equals(attribute("context", "operation"), value(name.toLowerCase())))), `{tool} may not do {operation}; ${allowedList(row.operations)}.`));
  }
  if (row.paths) {
    found.push(forbid("capability.path", "file", butFor(row.paths.map((glob) => matching(attribute("resource", "path"), glob))), `{tool} may not use the path {resource}; ${allowedList(row.paths)}.`));
  }
  if (row.domains) found.push(forbid("capability.domain", "network", butFor(row.domains.map(domainMatching)), `{tool} may not reach {resource}; ${allowedList(row.domains)}.`));
  return found;
}

function butFor(exceptions: readonly Expr[]): PolicyJson["conditions"] {
  return exceptions.length > 0 ? [unless(joined("||", exceptions))] : [];
}

function allowedList(allowed: readonly string[]): string {
  if (allowed.length === 0) return "nothing is allowed";
  return `allowed ${allowed.length === 1 ? "is" : "are"} ${allowed.slice(0, 10).join(", ")}${allowed.length > 10 ? " and others" : ""}`;
}

/** `*.example.com` is one label and no more: what a browser's certificate means by it. */
function domainMatching(pattern: string): Expr {
  const host = pattern.toLowerCase();
  return host.startsWith("*.") ? equals(attribute("resource", "parent"), value(host.slice(2))) : equals(attribute("resource", "host"), value(host));
}
