import type { EntityUidJson } from "@cedar-policy/cedar-wasm/nodejs";
import { type Expr, isCore, type PolicyJson } from "./policy-json";

/**
 * A compiled policy as Cedar text that people can read, and that Cedar reads back as the same policy. Cedar's own printer takes
 * milliseconds for each, and an agent may be under thousands.
 * @throws Error for a form that grids, levels and roles are not compiled to.
 */
export function printPolicy({ annotations = {}, effect, principal, action, resource, conditions }: PolicyJson): string {
  return [
    ...Object.entries(annotations).map(([name, text]) => (text === null ? `@${name}` : `@${name}(${quoted(text)})`)),
    `${effect} (${constraint("principal", principal)}, ${constraint("action", action)}, ${constraint("resource", resource)})`,
    ...conditions.map(({ kind, body }) => `${kind} { ${expression(body)} }`),
  ].join("\n").concat(";");
}

type Constraint = PolicyJson["principal"] | PolicyJson["action"] | PolicyJson["resource"];

function constraint(name: string, of: Constraint): string {
  if (of.op === "All") return name;
  if (of.op === "is") throw unknown(of);
  if ("slot" in of) return `${name} ${of.op} ${of.slot}`;
  return "entities" in of ? `${name} ${of.op} [${of.entities.map(entity).join(", ")}]` : `${name} ${of.op} ${entity(of.entity)}`;
}

function entity(of: EntityUidJson): string {
  const { type, id } = "__entity" in of ? of.__entity : of;
  return `${type}::${quoted(id)}`;
}

/** The one function that is compiled to: a moment, as bounds of roles have it. */
function moment(of: Expr): string {
  const [at] = ("datetime" in of && Array.isArray(of.datetime) ? of.datetime : []) as { Value?: unknown }[];
  if (typeof at?.Value !== "string") throw unknown(of);
  return `datetime(${quoted(at.Value)})`;
}

const comparisons = ["==", "!=", "<", "<=", ">", ">=", "in"] as const;

function expression(of: Expr): string {
  if (!isCore(of)) return moment(of);
  if ("Value" in of) return literal(of.Value);
  if ("Var" in of) return of.Var;
  if ("." in of) return `${inner(of["."].left)}.${of["."].attr}`;
  if ("!" in of) return `!${inner(of["!"].arg)}`;
  if ("&&" in of) return chain("&&", of);
  if ("||" in of) return chain("||", of);
  if ("like" in of) return `${inner(of.like.left)} like "${of.like.pattern.map((part) => (part === "Wildcard" ? "*" : escaped(part.Literal).replaceAll("*", "\\*"))).join("")}"`;
  for (const operator of comparisons) {
    const parts = (of as Partial<Record<string, { left: Expr; right: Expr }>>)[operator];
    if (parts) return `${inner(parts.left)} ${operator} ${inner(parts.right)}`;
  }
  throw unknown(of);
}

/** `a && b && c` for what is chained to the left, which is how Cedar reads it. */
function chain(operator: "&&" | "||", of: Expr): string {
  const parts = (of as Partial<Record<string, { left: Expr; right: Expr }>>)[operator];
  if (!parts) return inner(of);
  return `${chain(operator, parts.left)} ${operator} ${inner(parts.right)}`;
}

function inner(of: Expr): string {
  const simple = "Value" in of || "Var" in of || "." in of;
  return simple ? expression(of) : `(${expression(of)})`;
}

function literal(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "boolean" || typeof value === "number") return String(value);
  if (value !== null && typeof value === "object" && "__entity" in value) return entity(value as EntityUidJson);
  throw unknown(value);
}

const quoted = (text: string) => `"${escaped(text)}"`;

/** Whatever is no plain sign is written by its number, so that nothing can hide in a text or turn it around. */
function escaped(text: string): string {
  return [...text].map((sign) => (sign === '"' || sign === "\\" ? `\\${sign}` : /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(sign) ? sign : `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`)).join("");
}

function unknown(of: unknown): Error {
  return new Error(`a policy cannot be printed: ${JSON.stringify(of)}`);
}
