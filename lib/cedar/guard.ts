import type { Environment } from "./closures";
import { type Expr, isCore } from "./policy-json";

/** What is compared most, and always of one type: a number for each, so that a thousand policies are passed over in one tight loop. */
const texts = ["tool", "operation", "risk"] as const;
const numbers = ["riskRank", "costMicros", "hour", "weekday", "date"] as const;

type Comparison = "==" | "<" | "<=" | ">" | ">=";

/**
 * A comparison that is the first thing a policy asks of a request. Where it does not hold the policy does not, and nothing of it
 * can fail, so it is not evaluated.
 */
export type Guard = { place: number; comparison: Comparison; constant: string | number };

/** The values that guards are compared with, by their place. */
export function guardedValues({ context, principal }: Pick<Environment, "context" | "principal">): readonly unknown[] {
  return [context.tool, context.operation, context.risk, context.riskRank, context.costMicros, context.hour, context.weekday, context.date, principal.attributes.level, principal.attributes.kind];
}

export function passes({ place, comparison, constant }: Guard, values: readonly unknown[]): boolean {
  const value = values[place] as string | number;
  switch (comparison) {
    case "==":
      return value === constant;
    case "<":
      return value < constant;
    case "<=":
      return value <= constant;
    case ">":
      return value > constant;
    case ">=":
      return value >= constant;
  }
}

/** The guard that an expression is, or null. Only what compares values of one type, which never fails. */
export function guardOf(expression: Expr): Guard | null {
  if (!isCore(expression)) return null;
  if ("==" in expression) return guard("==", expression["=="], [...texts, ...numbers]);
  if ("<" in expression) return guard("<", expression["<"], numbers);
  if ("<=" in expression) return guard("<=", expression["<="], numbers);
  if (">" in expression) return guard(">", expression[">"], numbers);
  if (">=" in expression) return guard(">=", expression[">="], numbers);
  return null;
}

function guard(comparison: Comparison, { left, right }: { left: Expr; right: Expr }, names: readonly string[]): Guard | null {
  if (!("Value" in right) || (typeof right.Value !== "string" && typeof right.Value !== "number")) return null;
  if (comparison !== "==" && typeof right.Value !== "number") return null;
  const place = placeOf(left, names);
  return place === null ? null : { place, comparison, constant: right.Value };
}

function placeOf(left: Expr, names: readonly string[]): number | null {
  if (!isCore(left) || !("." in left)) return null;
  const { left: of, attr } = left["."];
  if (!("Var" in of)) return null;
  if (of.Var === "context" && names.includes(attr)) return [...texts, ...numbers].findIndex((name) => name === attr);
  if (of.Var !== "principal" || names === numbers) return null;
  const at = ["level", "kind"].indexOf(attr);
  return at < 0 ? null : texts.length + numbers.length + at;
}
