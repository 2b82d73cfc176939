import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "./errors";
import { maxJsonDepth, maxJsonValues, parseStrictJson } from "./strict-json";

const messageOf = (text: string): string => {
  try {
    parseStrictJson(text);
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
  return "accepted";
};

describe("parseStrictJson", () => {
  it("reads what JSON.parse reads", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        fc.pre(!text.includes("__proto__"));
        const value: unknown = JSON.parse(text);
        fc.pre(JSON.stringify(value).isWellFormed() && !/\d{16,}|e[+-]?\d{2,}|\\ud/i.test(text));
        expect(parseStrictJson(text)).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it("refuses whatever JSON.parse refuses, and throws nothing but a refusal", () => {
    const mangled = fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 3 })).map(([text, cut, add]) => {
      const at = cut % (text.length + 1);
      return text.slice(0, at) + add + text.slice(at + 1);
    });
    fc.assert(
      fc.property(fc.oneof(mangled, fc.string(), fc.constantFrom("", "01", "1.", "+1", ".5", "1e", "'a'", "[1,]", "{a:1}", "nul", "\u00a01", "\uFEFF1")), (text) => {
        if (messageOf(text) === "accepted") JSON.parse(text);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['{"a":1,"a":2}', 'the key "a" comes twice in one object, at line 1, column 8'],
    ['{"a":1,\n "\\u0061":2}', 'the key "a" comes twice in one object, at line 2, column 2'],
    ['{"a":{"b":1,"b":1}}', "comes twice"],
    ['{"__proto__":{}}', "__proto__ is not accepted"],
    ["9007199254740992", "beyond 2^53 - 1"],
    ["[1e400]", "beyond 2^53 - 1"],
    ["1e-400", "too small"],
    ['"\\ud800"', "half a surrogate pair"],
    ['"a\nb"', "control character"],
    ['"abc', "this string does not end, at line 1, column 1"],
    ['{"a":}', "a value is expected, at line 1, column 6"],
    ['{"a":1', "the text ends where ',' is expected"],
    ['{"a":1} x', "more after the end"],
    ["", "a value is expected"],
  ])("refuses %j", (text, reason) => {
    expect(messageOf(text)).toContain(reason);
  });

  it("reads the largest numbers that are exact, and zero in any dress", () => {
    expect(parseStrictJson("[9007199254740991,-9007199254740991,0.0,0e999]")).toEqual([9007199254740991, -9007199254740991, 0, 0]);
  });

  it("bounds depth and number of values", () => {
    const nested = (n: number) => "[".repeat(n) + "]".repeat(n);
    expect(messageOf(nested(maxJsonDepth))).toBe("accepted");
    expect(messageOf(nested(maxJsonDepth + 2))).toContain("nested deeper");
    expect(messageOf(nested(1_000_000))).toContain("nested deeper");
    expect(messageOf(`[${"1,".repeat(maxJsonValues)}1]`)).toContain("more than");
    const keys = (n: number) => `{${Array.from({ length: n }, (_, i) => `"k${i}":0`).join(",")}}`;
    expect([messageOf(keys(maxJsonValues - 1)), messageOf(keys(maxJsonValues))]).toEqual(["accepted", expect.stringContaining("more than 10000 values")]);
  });

  // What grows with the square of the length would take longer than any test may.
  it("takes time in proportion to the text", () => {
    const text = JSON.stringify({ content: 'a,b\n"c"\\\n'.repeat(700_000) });
    parseStrictJson(text);
    expect(messageOf(`"${"\\".repeat(4_000_000)}`)).not.toBe("accepted");
    expect(messageOf(`${"\n".repeat(8_000_000)} x`)).toContain("at line 8000001, column 2");
  });
});
