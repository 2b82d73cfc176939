import { describe, expect, it } from "vitest";
import { firstPolicy } from "@/lib/policies/content";
import { draftOf } from "./draft";
import { readDraft } from "./read-draft";

const open = { limited: false, text: "" };

describe("the policy's controls", () => {
  it("say what was put in them", () => {
    const policy = { ...firstPolicy, tools: [{ tool: "read:*", mode: "allowed" as const, costCeilingMicros: 250_000, rate: "100/hour", paths: ["data/*", "a, b"], domains: [], operations: null }] };
    expect(draftOf(policy)).toMatchObject({ costThreshold: "1", tools: [{ tool: "read:*", ceiling: "0.25" }] });
    expect(readDraft(draftOf(policy), "USD")).toEqual({ ok: true, policy });
  });

  it("name everything that is wrong", () => {
    const draft = { ...draftOf(firstPolicy), costThreshold: "1,5", maxRunSeconds: "9999", tools: [{ id: 0, tool: "A b", mode: "allowed" as const, ceiling: "x", rate: "often", paths: { limited: true, text: "ok\n\n../x" }, domains: open, operations: open }] };
    const read = readDraft(draft, "USD");
    expect(read.ok ? [] : read.problems.map((problem) => problem.message)).toEqual([
      expect.stringMatching(/^Row 1, tool, may have lower-case letters/),
      "Row 1, ceiling, is not a number that can be read",
      expect.stringMatching(/^Row 1, rate, is a number of calls/),
      "Row 1, paths 2, must not have . or .. as a part",
      "The cost threshold is not a number that can be read",
      "The longest run at most 600 seconds",
    ]);
  });
});
