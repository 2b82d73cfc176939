import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toolModes } from "./capability";
import { firstPolicy, PolicyContent, sandboxLevels } from "./content";
import { riskThresholds } from "./terms";
import { policyFromYaml, policyToYaml } from "./yaml";

const amount = (micros: number) => `${micros / 1_000_000} units`;
const problems = (text: string) => {
  const parsed = policyFromYaml(text);
  return parsed.ok ? [] : parsed.problems;
};

describe("a policy as YAML", () => {
  it("reads back what was written, whatever the policy is", () => {
    const micros = fc.integer({ min: 0, max: 9_000_000_000_000_000 });
    const tool = fc.record({
      tool: fc.oneof(fc.constantFrom("*", "*.delete", "null", "1e3", "0x1f", "yes", "a:b"), fc.stringMatching(/^[a-z0-9][a-z0-9.:/_-]{0,20}$/)),
      mode: fc.constantFrom(...toolModes),
      costCeilingMicros: fc.option(micros),
    });
    const policy = fc.record({
      level: fc.constantFrom(...sandboxLevels), riskThreshold: fc.constantFrom(...riskThresholds), costThresholdMicros: micros,
      maxRunSeconds: fc.integer({ min: 1, max: 600 }), maxConcurrentRuns: fc.integer({ min: 1, max: 20 }), maxWaitingApprovals: fc.integer({ min: 1, max: 10_000 }), approvalTtlSeconds: fc.integer({ min: 60, max: 604_800 }),
      tools: fc.uniqueArray(tool, { selector: (row) => row.tool, maxLength: 8 }),
    });
    fc.assert(
      fc.property(policy, (value) => {
        expect(policyFromYaml(policyToYaml(value, amount))).toEqual({ ok: true, policy: PolicyContent.parse(value) });
      }),
    );
  });

  it("has amounts in words beside the micro-units", () => {
    expect(policyToYaml(firstPolicy, amount)).toContain("costThresholdMicros: 1000000 # 1 units");
  });

  it("says on which line something is wrong", () => {
    const text = policyToYaml(firstPolicy, amount);
    const wrong = text.replace("mode: approval", "mode: perhaps");
    const line = wrong.split("\n").findIndex((row) => row.includes("perhaps")) + 1;
    expect(problems(wrong)).toEqual([{ line, message: expect.stringMatching(/^tools\.0\.mode: /) }]);
    expect(problems(text.replace("riskThreshold: HIGH", "riskThreshold: CRITICAL"))).toEqual([{ line: 4, message: expect.stringContaining("riskThreshold") }]);
  });

  it.each([
    ["level: [", /flow|end/i],
    ["level: strict\nlevel: trusted", /unique/i],
    ["a: &x 1\nb: *x", /Aliases/],
    ["", /policy: /],
    ["- 1", /policy: /],
  ])("refuses %j", (text, message) => {
    expect(problems(text)[0]?.message).toMatch(message);
  });
});
