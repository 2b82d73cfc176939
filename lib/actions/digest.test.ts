import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { actionDigest, canonicalArguments } from "./digest";

const base = { agentId: "a", tool: "crm.read", operation: "execute", resource: "r", policies: Buffer.from("00", "hex"), policyVersion: 3 };
const digest = (args: Record<string, never>, changes: Partial<typeof base> = {}) => actionDigest({ ...base, ...changes, arguments: canonicalArguments(args) }).toString("hex");
const json = (text: string) => JSON.parse(text);

describe("the digest an approval is bound to", () => {
  it("is SHA-256 over the RFC 8785 form of the whole action", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (args, resource) => {
        const plain = JSON.parse(JSON.stringify(args));
        const whole = canonicalize({ ...base, policies: "00", resource, arguments: plain }) ?? "";
        const made = actionDigest({ ...base, resource, arguments: canonicalArguments(plain) });
        expect(made.toString("hex")).toBe(createHash("sha256").update(whole).digest("hex"));
      }),
    );
  });

  it("does not depend on key order, white space or the spelling of a number", () => {
    expect(digest(json('{"b": 1.0, "a": [1e1]}'))).toBe(digest(json('{"a":[10],"b":1}')));
  });

  it.each([
    ["a value", '{"amount":11}'],
    ["a type", '{"amount":"10"}'],
    ["a further key", '{"amount":10,"to":"x"}'],
    ["the Unicode form of a text", '{"amount":10,"n":"e\\u0301"}'],
  ])("changes with %s", (_what, text) => {
    expect(digest(json(text))).not.toBe(digest(json('{"amount":10}')));
  });

  it("tells a composed letter from a decomposed one", () => {
    expect(digest(json('{"n":"\\u00e9"}'))).not.toBe(digest(json('{"n":"e\\u0301"}')));
  });

  it.each(["agentId", "tool", "operation", "resource"] as const)("changes with the %s", (key) => {
    expect(digest(json("{}"), { [key]: "other" })).not.toBe(digest(json("{}")));
  });

  it("changes with what a person narrowed it to, as one more member of the same form", () => {
    const limits = { amountMicros: 5, seconds: 60 };
    const made = actionDigest({ ...base, arguments: "{}", limits: canonicalize(limits) ?? "" });
    expect(made.toString("hex")).toBe(createHash("sha256").update(canonicalize({ ...base, policies: "00", arguments: {}, limits }) ?? "").digest("hex"));
    expect(made.toString("hex")).not.toBe(digest(json("{}")));
  });

  it("changes with the documents in force", () => {
    expect(digest(json("{}"), { policies: Buffer.from("01", "hex") })).not.toBe(digest(json("{}")));
  });

  it("changes with the policy version", () => {
    expect(digest(json("{}"), { policyVersion: 4 })).not.toBe(digest(json("{}")));
  });
});
