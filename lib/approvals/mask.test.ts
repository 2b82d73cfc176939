import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskJson, maskText } from "./mask";

describe("masking", () => {
  it.each([
    "password", "userPassword", "api_key", "apiKey", "X-Api-Key", "accessToken", "client_secret", "Authorization", "PRIVATE_KEY", "tokens", "Cookie",
  ])("hides what stands under %s", (key) => {
    expect(maskJson({ outer: [{ [key]: "hunter2", other: 1 }] })).toEqual({ value: { outer: [{ [key]: "[masked]", other: 1 }] }, count: 1 });
  });

  it.each(["author", "keyboard", "tokenizer", "monkey", "passenger", "compass"])("leaves %s alone", (key) => {
    expect(maskJson({ [key]: "x" })).toEqual({ value: { [key]: "x" }, count: 0 });
  });

  it("leaves a number of tokens, which is a limit and no secret", () => {
    expect(maskJson({ max_tokens: 4000, tokens: ["x"] })).toEqual({ value: { max_tokens: 4000, tokens: "[masked]" }, count: 1 });
  });

  it("leaves empty values and switches, which are no secrets", () => {
    expect(maskJson({ password: "", token: null, auth: true })).toEqual({ value: { password: "", token: null, auth: true }, count: 0 });
  });

  it.each([
    ["sk-proj-abcdefghijklmnop1234", "[masked]"],
    ["use ghp_abcdefghijklmnopqrstuvwxyz012345 now", "use [masked] now"],
    ["AKIAABCDEFGHIJKLMNOP", "[masked]"],
    ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc_def", "[masked]"],
    ["Authorization: Bearer abcdefgh12345678", "Authorization: Bearer [masked]"],
    ["postgres://bob:hunter2@db.example/x", "postgres://bob:[masked]@db.example/x"],
    ['API_KEY = "sk-live-0123456789abcdefghij"', 'API_KEY = "[masked]"'],
    ['api_key = "abc def"\nprint(1)', 'api_key = "[masked]"\nprint(1)'],
    ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nrest", "[masked]\nrest"],
  ])("hides what looks like a secret within a text: %s", (text, masked) => {
    expect(maskText(text)).toEqual({ text: masked, count: 1 });
  });

  it("keeps everything else as it is, whatever it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const masked = maskJson(value);
        if (masked.count === 0) expect(masked.value).toEqual(value);
      }),
    );
  });

  // What grows with the square of the length would take longer than any test may.
  it("takes time in proportion to the text", () => {
    const long = `password: ${"a".repeat(200_000)} ${"eyJ".repeat(50_000)} ${"sk-".repeat(50_000)}`;
    expect(maskText(long).count).toBeGreaterThan(0);
  });
});
