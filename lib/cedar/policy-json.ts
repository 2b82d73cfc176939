import type { EntityUidJson, Expr, ExprNoExt, PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import { dotted } from "@/lib/actions/globs";
import { namespace } from "./schema";

export type { Expr, PolicyJson };

/** Cedar's own JSON form of policies, by pieces: what the grid and the levels are compiled to. */
export const entity = (type: string, id: string): EntityUidJson => ({ type: `${namespace}::${type}`, id });

export const actionIn = (group: string): PolicyJson["action"] => ({ op: "in", entity: entity("Action", group) });

export const attribute = (of: "principal" | "resource" | "context", name: string): Expr => ({ ".": { left: { Var: of }, attr: name } });

export const value = (of: string | number | boolean): Expr => ({ Value: of });

export const equals = (left: Expr, right: Expr): Expr => ({ "==": { left, right } });

export const when = (body: Expr): PolicyJson["conditions"][number] => ({ kind: "when", body });

export const unless = (body: Expr): PolicyJson["conditions"][number] => ({ kind: "unless", body });

/** All hold (`&&`) or one does (`||`); `parts` must not be empty. */
export function joined(operator: "&&" | "||", [first = value(operator === "&&"), ...rest]: readonly Expr[]): Expr {
  return rest.reduce<Expr>((left, right) => (operator === "&&" ? { "&&": { left, right } } : { "||": { left, right } }), first);
}

/** Whether it is none of the calls of an extension's function, whose names are open. */
export function isCore(expression: Expr): expression is ExprNoExt {
  return "Set" in expression || !Object.values(expression).some(Array.isArray);
}

export const approved = attribute("context", "approved");

/** A text that a glob with `*` for any characters matches; `==` where there is no star. */
export function matching(text: Expr, glob: string): Expr {
  if (!glob.includes("*")) return equals(text, value(glob));
  const pattern = glob.split("*").flatMap((literal, at) => [...(at > 0 ? (["Wildcard"] as const) : []), ...[...literal].map((Literal) => ({ Literal }))]);
  return { like: { left: text, pattern } };
}

/** A tool that a glob of the grid names: '/' and '.' are the same, as in `context.tool`. */
export const toolMatching = (glob: string): Expr => matching(attribute("context", "tool"), dotted(glob));
