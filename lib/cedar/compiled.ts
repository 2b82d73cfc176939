import { type BoundaryAction, boundaryActions } from "./boundary";
import { compileConditions, compileScope, type Environment } from "./closures";
import { type Guard, guardOf } from "./guard";
import { type Expr, isCore, type PolicyJson } from "./policy-json";
import { groupOf, namespace } from "./schema";

/** Where a policy stands: the document and the version of it, or the levels, which are the portal's own. */
export type PolicySource = {
  kind: "capabilities" | "cedar" | "levels";
  scopeType: "organization" | "workspace" | "template" | "agent";
  scopeId: string;
  /** Null: not published yet. */
  version: number | null;
};

/** Of several that decide, whose rule is named: of the portal's own, and `text` for what people wrote. */
export const ranks = ["level.isolated", "capability.blocked", "capability.cost_ceiling", "capability.operation", "capability.path", "capability.domain", "level.strict", "capability.approval", "text", "capability.listed", "capability.not_listed", "level.trusted"];

/** One policy, ready to be asked. */
export type CompiledPolicy = {
  effect: PolicyJson["effect"];
  /** As `@id` says, or its place in the text. */
  id: string;
  rule: string;
  message: string;
  /** Which of several that decide is named: the lowest, and of those the first. */
  rank: number;
  source: PolicySource;
  json: PolicyJson;
  actions: ReadonlySet<BoundaryAction>;
  /** What every tool that it can be about begins with, up to the first sign between words; null: it may be about any. */
  area: string | null;
  guard: Guard | null;
  /** The id of the only principal that it is about; null: of several. */
  principalId: string | null;
  inScope: (environment: Environment) => boolean;
  holds: (environment: Environment) => boolean;
};

type Naming = Pick<CompiledPolicy, "id" | "rule" | "message" | "rank" | "source">;

/** @throws Unsupported when it has a form that is not evaluated here. */
export function compilePolicy(policy: PolicyJson, naming: Naming): CompiledPolicy {
  const [first] = policy.conditions;
  return {
    ...naming,
    json: policy,
    effect: policy.effect,
    actions: new Set(boundaryActions.filter((action) => names(policy.action, action))),
    area: first?.kind === "when" ? areaOf(leftmost(first.body)) : null,
    guard: first?.kind === "when" ? guardOf(leftmost(first.body)) : null,
    principalId: onlyId(policy.principal),
    inScope: compileScope({ ...policy, action: { op: "All" } }),
    holds: compileConditions(policy),
  };
}

function onlyId(constraint: PolicyJson["principal"]): string | null {
  if (constraint.op !== "==" || !("entity" in constraint)) return null;
  return "__entity" in constraint.entity ? constraint.entity.__entity.id : constraint.entity.id;
}

function names(constraint: PolicyJson["action"], action: BoundaryAction): boolean {
  if (constraint.op === "All") return true;
  const wanted = "slot" in constraint ? [] : "entities" in constraint ? constraint.entities : [constraint.entity];
  const own = constraint.op === "==" ? [action] : [action, groupOf(action), "boundary"];
  return wanted.some((each) => {
    const { type, id } = "__entity" in each ? each.__entity : each;
    return type === `${namespace}::Action` && own.includes(id);
  });
}

/** What is evaluated first of a chain of `&&`: when it does not hold, nothing else of the policy is evaluated, nor can it fail. */
function leftmost(expression: Expr): Expr {
  return isCore(expression) && "&&" in expression ? leftmost(expression["&&"].left) : expression;
}

function areaOf(expression: Expr): string | null {
  if (!isCore(expression)) return null;
  if ("==" in expression) {
    const { left, right } = expression["=="];
    return isTool(left) && "Value" in right && typeof right.Value === "string" ? areaOfTool(right.Value) : null;
  }
  if (!("like" in expression) || !isTool(expression.like.left)) return null;
  const begins = literalStart(expression.like.pattern);
  return areaOfTool(begins) === begins ? null : areaOfTool(begins);
}

/** The part of a tool's name by which policies are found. */
export function areaOfTool(tool: string): string {
  const end = tool.search(/[.:]/);
  return end < 0 ? tool : tool.slice(0, end);
}

function isTool(expression: Expr): boolean {
  if (!isCore(expression) || !("." in expression)) return false;
  const { left, attr } = expression["."];
  return attr === "tool" && "Var" in left && left.Var === "context";
}

function literalStart(pattern: readonly ("Wildcard" | { Literal: string })[]): string {
  let found = "";
  for (const piece of pattern) {
    if (piece === "Wildcard") return found;
    found += piece.Literal;
  }
  return found;
}
