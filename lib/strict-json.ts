import { AppError } from "./errors";

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

export const maxJsonDepth = 64;
/** Each value is read, checked, sorted and hashed for itself, while every other request of the process waits. */
export const maxJsonValues = 10_000;

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const words = [["true", true], ["false", false], ["null", null]] as const;

/**
 * Parses JSON (RFC 8259) as I-JSON (RFC 7493) wants it: what another parser could read differently is refused. That is a
 * key that comes twice, a number that a double does not hold exactly or that is beyond 2^53, and half a surrogate pair;
 * and `__proto__`, nesting deeper than `maxJsonDepth` and more than `maxJsonValues` values.
 * @throws AppError `invalid_input` with line and column.
 */
export function parseStrictJson(text: string): JsonValue {
  return new Reader(text).whole();
}

/** Not functions inside of one: those would be made anew for each text. */
class Reader {
  #at = 0;
  #values = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): JsonValue {
    const value = this.#value(0);
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail("there is more after the end of the value");
    return value;
  }

  #fail(what: string, where = this.#at, hint = "Send one JSON object (RFC 8259) in UTF-8."): never {
    const column = where - (this.#text.lastIndexOf("\n", where - 1) + 1) + 1;
    throw new AppError("invalid_input", `The body is not acceptable JSON: ${what}, at line ${lineOf(this.#text, where)}, column ${column}.`, { hint });
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      // Space, tab, line feed, carriage return.
      if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return;
      this.#at++;
    }
  }

  #expect(sign: string): void {
    const at = this.#at;
    if (this.#text[at] !== sign) this.#fail(at >= this.#text.length ? `the text ends where '${sign}' is expected` : `'${sign}' is expected`);
    this.#at++;
  }

  #string(): string {
    const text = this.#text;
    const start = this.#at;
    let end = start;
    do {
      end = text.indexOf('"', end + 1);
      if (end < 0) this.#fail("this string does not end", start);
    } while (isEscaped(text, end, start));
    const raw = text.slice(start, end + 1);
    this.#at = end + 1;
    let value: string;
    try {
      value = JSON.parse(raw) as string;
    } catch {
      return this.#fail("this string has a control character or an unknown escape", start);
    }
    if (!value.isWellFormed()) this.#fail("this string has half a surrogate pair", start);
    return value;
  }

  #number(): number {
    const start = this.#at;
    number.lastIndex = start;
    const [raw] = number.exec(this.#text) ?? [];
    if (raw === undefined) return this.#fail("a value is expected");
    this.#at += raw.length;
    const value = Number(raw);
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) this.#fail("this number is beyond 2^53 - 1 and would lose digits; send it as a string", start);
    if (value === 0 && /[1-9]/.test(raw.split(/[eE]/)[0] ?? "")) this.#fail("this number is too small to be held; send it as a string", start);
    return value;
  }

  #object(depth: number): JsonValue {
    const object: { [key: string]: JsonValue } = {};
    this.#at++;
    this.#skipSpace();
    if (this.#text[this.#at] === "}") return this.#at++, object;
    for (;;) {
      this.#skipSpace();
      const start = this.#at;
      if (this.#text[start] !== '"') this.#fail("a key in double quotes is expected");
      const key = this.#string();
      if (key === "__proto__") this.#fail("the key __proto__ is not accepted", start);
      if (Object.hasOwn(object, key)) this.#fail(`the key ${JSON.stringify(key.slice(0, 60))} comes twice in one object`, start);
      this.#skipSpace();
      this.#expect(":");
      object[key] = this.#value(depth);
      this.#skipSpace();
      if (this.#text[this.#at] === "}") return this.#at++, object;
      this.#expect(",");
    }
  }

  #array(depth: number): JsonValue {
    const array: JsonValue[] = [];
    this.#at++;
    this.#skipSpace();
    if (this.#text[this.#at] === "]") return this.#at++, array;
    for (;;) {
      array.push(this.#value(depth));
      this.#skipSpace();
      if (this.#text[this.#at] === "]") return this.#at++, array;
      this.#expect(",");
    }
  }

  #value(depth: number): JsonValue {
    this.#skipSpace();
    if (depth > maxJsonDepth) this.#fail(`it is nested deeper than ${maxJsonDepth} levels`);
    if (++this.#values > maxJsonValues) this.#fail(`it has more than ${maxJsonValues} values`, this.#at, "Send much data as one text, such as a file with lines, instead of as many values.");
    const sign = this.#text[this.#at];
    if (sign === "{") return this.#object(depth + 1);
    if (sign === "[") return this.#array(depth + 1);
    if (sign === '"') return this.#string();
    for (const [word, value] of words) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    return this.#number();
  }
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
