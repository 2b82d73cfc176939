import { describe, expect, it } from "vitest";
import { plainLine } from "./plain";

describe("a line for a chat", () => {
  it.each([
    ["is one line", "Pay\r\nnow\u2028please\u0000", "Pay now please"],
    ["has nothing that turns it around or hides in it", "gpj\u202Etxt.exe\u200B a\u2066b\u{E0041}", "gpjtxt.exe ab"],
    ["makes no link of somebody's address", "see https://evil.example/login", "see https[:]//evil.example/login"],
    ["has no secret", "key ghp_0123456789abcdefghijABCDEFGHIJ!", "key [masked]!"],
    ["has no secret either that is broken by what cannot be seen", "key ghp_0123456789\u200Babcdefghij\u2060ABCDEFGHIJ!", "key [masked]!"],
  ])("%s", (_, text, expected) => {
    expect(plainLine(text, 200)).toBe(expected);
  });

  it("is cut between signs, after what is secret was masked", () => {
    expect(plainLine("😀😀😀😀", 3)).toBe("😀😀…");
    expect(plainLine(`${"x".repeat(15)} ghp_0123456789abcdefghijABCDEFGHIJ`, 30)).toBe(`${"x".repeat(15)} [masked]`);
  });
});
