import canonicalize from "canonicalize";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Json } from "./actions";
import { canonicalJson } from "./canonical";

it("writes what the reference implementation of RFC 8785 writes", () => {
  const text = fc.string({ unit: "binary" }).filter((drawn) => !drawn.includes("\0"));
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(text, tie("value"), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(value, (drawn) => {
      expect(canonicalJson(drawn)).toBe(canonicalize(drawn));
    }),
    { numRuns: 1_000 },
  );
});

it("replaces what Postgres cannot hold as JSON text, and keeps what only looks like it", () => {
  expect(canonicalJson({ "a\0": "\uD800x", b: ["x\uDC00", "😀", "\uDC00\uD800"] })).toBe('{"a\uFFFD":"\uFFFDx","b":["x\uFFFD","😀","\uFFFD\uFFFD"]}');
});

it("refuses numbers without a text, and leaves out what is not there", () => {
  expect(() => canonicalJson({ a: Number.NaN })).toThrow(RangeError);
  const missing: Record<string, string | undefined> = { a: undefined, b: "x" };
  expect(canonicalJson(missing as Json)).toBe('{"b":"x"}');
});
