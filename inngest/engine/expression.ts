import { sha256 } from "./identifiers";

/** The part of Inngest's CEL that is understood: `operand == operand`, joined by `&&`. */
type Operand =
  | { from: "event" | "async"; path: string[] }
  | { from: "literal"; value: Scalar };
type Scalar = string | number | boolean | null;
type Clause = [Operand, Operand];

/** What an awaited event must carry: at each path the value that stands at the same place in `values`. */
export interface Demand {
  paths: string;
  hash: string;
}

const maxLength = 1000;
const token = /\s*(?:(==)|(&&)|((?:event|async)(?:\.[A-Za-z_]\w*)+)|('(?:[^'\\]|\\['\\])*'|"(?:[^"\\]|\\["\\])*")|(-?\d+(?:\.\d+)?)|(true|false|null)\b)/y;

function tokens(text: string): (Operand | "==" | "&&")[] {
  const found: (Operand | "==" | "&&")[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.trimEnd().length) {
    const match = token.exec(text);
    if (!match) throw unsupported(text);
    const [, equals, and, path, string, number, word] = match;
    if (equals) found.push("==");
    else if (and) found.push("&&");
    else if (path) {
      const [from, ...rest] = path.split(".");
      found.push({ from: from === "async" ? "async" : "event", path: rest });
    } else if (string) found.push({ from: "literal", value: string.slice(1, -1).replace(/\\(.)/g, "$1") });
    else if (number) found.push({ from: "literal", value: Number(number) });
    else found.push({ from: "literal", value: word === "null" ? null : word === "true" });
  }
  return found;
}

function unsupported(text: string): Error {
  return new Error(
    `The expression "${text}" is not supported: only equality between event.…, async.… and literals, joined by &&`,
  );
}

/** Parses a condition into its clauses; throws, quoting the condition, on anything but equalities joined by `&&`. */
export function parseCondition(text: string): Clause[] {
  if (text.length > maxLength) throw unsupported(`${text.slice(0, 50)}…`);
  const found = tokens(text);
  const clauses: Clause[] = [];
  for (let i = 0; i < found.length; i += 4) {
    const [left, equals, right, and] = found.slice(i, i + 4);
    const complete = typeof left === "object" && equals === "==" && typeof right === "object";
    if (!complete || (and === undefined ? i + 3 !== found.length : and !== "&&" || i + 4 === found.length)) {
      throw unsupported(text);
    }
    clauses.push([left, right]);
  }
  if (clauses.length === 0) throw unsupported(text);
  return clauses;
}

/** Throws unless the text is a condition on the triggering event alone. */
export function requireTriggerCondition(text: string): void {
  if (parseCondition(text).flat().some((operand) => operand.from === "async")) {
    throw new Error(`The expression "${text}" speaks of async, which a trigger does not have`);
  }
}

/** Throws unless the text is a condition that an awaited event can be matched by. */
export function requireAwaitCondition(text: string): void {
  if (parseCondition(text).some(([left, right]) => left.from === "async" && right.from === "async")) {
    throw new Error(`The expression "${text}" compares the awaited event with itself`);
  }
}

/** Throws unless the text is a single operand on the triggering event, as keys of concurrency and idempotency are. */
export function requireKey(text: string): void {
  parseKey(text);
}

function parseKey(text: string): Operand {
  const [operand, ...rest] = tokens(text);
  if (rest.length > 0 || typeof operand !== "object" || operand.from === "async") {
    throw new Error(`The key "${text}" is not supported: only event.… or a literal`);
  }
  return operand;
}

function lookUp(subject: unknown, path: string[]): unknown {
  return path.reduce<unknown>(
    (value, name) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, name)
        ? Reflect.get(value, name)
        : undefined,
    subject,
  );
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function read(operand: Operand, event: unknown): unknown {
  return operand.from === "literal" ? operand.value : lookUp(event, operand.path);
}

/** Whether an event meets a trigger's condition. What the event lacks equals nothing. */
export function matchesTrigger(text: string, event: unknown): boolean {
  return parseCondition(text).every(([left, right]) => {
    const value = read(left, event);
    return isScalar(value) && value === read(right, event);
  });
}

/** The value of a concurrency or idempotency key for an event, as text that tells values of different types apart. */
export function keyValue(text: string, event: unknown): string {
  const value = read(parseKey(text), event);
  return sha256(JSON.stringify(value ?? null));
}

/**
 * Turns a wait's condition into what the awaited event must carry, with the triggering event's values put in.
 * Undefined when no event can ever meet it.
 */
export function demandOf(text: string | undefined, event: unknown): Demand | undefined {
  const wanted: [string, Scalar][] = [];
  if (text) {
    requireAwaitCondition(text);
    for (const [left, right] of parseCondition(text)) {
      const [awaited, other] = left.from === "async" ? [left, right] : [right, left];
      const value = read(other, event);
      if (!isScalar(value)) return undefined;
      if (awaited.from === "async") wanted.push([awaited.path.join("."), value]);
      else if (read(awaited, event) !== value) return undefined;
    }
  }
  wanted.sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    paths: JSON.stringify(wanted.map(([path]) => path)),
    hash: sha256(JSON.stringify(wanted.map(([, value]) => value))),
  };
}

/** The hash that a wait for these paths must have to be met by this event; undefined when the event lacks one. */
export function hashAt(paths: string, event: unknown): string | undefined {
  const names: unknown = JSON.parse(paths);
  if (!Array.isArray(names)) return undefined;
  const values = names.map((name) => lookUp(event, String(name).split(".")));
  return values.every(isScalar) ? sha256(JSON.stringify(values)) : undefined;
}
