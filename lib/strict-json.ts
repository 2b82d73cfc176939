import { AppError } from "./errors";

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

export const maxJsonDepth = 64;
/** Each value is read, checked, sorted and hashed for itself, while every other request of the process waits. */
export const maxJsonValues = 10_000;

const spaces = new Set([" ", "\t", "\n", "\r"]);
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const words = [["true", true], ["false", false], ["null", null]] as const;

/**
 * Parses JSON (RFC 8259) as I-JSON (RFC 7493) wants it: what another parser could read differently is refused. That is a
 * key that comes twice, a number that a double does not hold exactly or that is beyond 2^53, and half a surrogate pair;
 * and `__proto__`, nesting deeper than `maxJsonDepth` and more than `maxJsonValues` values.
 * @throws AppError `invalid_input` with line and column.
 */
export function parseStrictJson(text: string): JsonValue {
  let at = 0;
  let values = 0;

  function fail(what: string, where = at, hint = "Send one JSON object (RFC 8259) in UTF-8."): never {
    const column = where - (text.lastIndexOf("\n", where - 1) + 1) + 1;
    throw new AppError("invalid_input", `The body is not acceptable JSON: ${what}, at line ${lineOf(text, where)}, column ${column}.`, { hint });
  }

  function skipSpace(): void {
    while (spaces.has(text[at] ?? "")) at++;
  }

  function expect(sign: string): void {
    if (text[at] !== sign) fail(at >= text.length ? `the text ends where '${sign}' is expected` : `'${sign}' is expected`);
    at++;
  }

  function readString(): string {
    const start = at;
    let end = at;
    do {
      end = text.indexOf('"', end + 1);
      if (end < 0) fail("this string does not end", start);
    } while (isEscaped(text, end, start));
    const raw = text.slice(start, end + 1);
    at = end + 1;
    let value: string;
    try {
      value = JSON.parse(raw) as string;
    } catch {
      return fail("this string has a control character or an unknown escape", start);
    }
    if (!value.isWellFormed()) fail("this string has half a surrogate pair", start);
    return value;
  }

  function readNumber(): number {
    const start = at;
    number.lastIndex = at;
    const [raw] = number.exec(text) ?? [];
    if (raw === undefined) return fail("a value is expected");
    at += raw.length;
    const value = Number(raw);
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) fail("this number is beyond 2^53 - 1 and would lose digits; send it as a string", start);
    if (value === 0 && /[1-9]/.test(raw.split(/[eE]/)[0] ?? "")) fail("this number is too small to be held; send it as a string", start);
    return value;
  }

  function readObject(depth: number): JsonValue {
    const object: { [key: string]: JsonValue } = {};
    at++;
    skipSpace();
    if (text[at] === "}") return at++, object;
    for (;;) {
      skipSpace();
      const start = at;
      if (text[at] !== '"') fail("a key in double quotes is expected");
      const key = readString();
      if (key === "__proto__") fail("the key __proto__ is not accepted", start);
      if (Object.hasOwn(object, key)) fail(`the key ${JSON.stringify(key.slice(0, 60))} comes twice in one object`, start);
      skipSpace();
      expect(":");
      object[key] = readValue(depth);
      skipSpace();
      if (text[at] === "}") return at++, object;
      expect(",");
    }
  }

  function readArray(depth: number): JsonValue {
    const array: JsonValue[] = [];
    at++;
    skipSpace();
    if (text[at] === "]") return at++, array;
    for (;;) {
      array.push(readValue(depth));
      skipSpace();
      if (text[at] === "]") return at++, array;
      expect(",");
    }
  }

  function readValue(depth: number): JsonValue {
    skipSpace();
    if (depth > maxJsonDepth) fail(`it is nested deeper than ${maxJsonDepth} levels`);
    if (++values > maxJsonValues) fail(`it has more than ${maxJsonValues} values`, at, "Send much data as one text, such as a file with lines, instead of as many values.");
    const sign = text[at];
    if (sign === "{") return readObject(depth + 1);
    if (sign === "[") return readArray(depth + 1);
    if (sign === '"') return readString();
    for (const [word, value] of words) {
      if (text.startsWith(word, at)) {
        at += word.length;
        return value;
      }
    }
    return readNumber();
  }

  const value = readValue(0);
  skipSpace();
  if (at < text.length) fail("there is more after the end of the value");
  return value;
}

/** Without taking the text apart, which may be megabytes of line ends. */
function lineOf(text: string, where: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < where; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

/** Whether an odd number of backslashes stands before the quote. */
function isEscaped(text: string, quote: number, start: number): boolean {
  let first = quote;
  while (first - 1 > start && text[first - 1] === "\\") first--;
  return (quote - first) % 2 === 1;
}
