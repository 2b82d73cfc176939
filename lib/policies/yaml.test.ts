import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CapabilitiesContent } from "./capabilities-content";
import { toolModes } from "./capability";
import { firstPolicy } from "./first-policy";
import { PolicyContent, sandboxLevels } from "./content";
import { riskThresholds } from "./terms";
import { gridFromYaml, gridToYaml, policyFromYaml, policyToYaml } from "./yaml";

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
      rate: fc.option(fc.constantFrom("1/minute", "100/hour", "999999/day")),
      paths: fc.option(fc.array(fc.constantFrom("*", "/data/*", "null", "~", "a: b", "yes", "- x"), { maxLength: 3 })),
      domains: fc.option(fc.array(fc.constantFrom("*.example.com", "no.example.com"), { maxLength: 2 })),
      operations: fc.option(fc.array(fc.constantFrom("read", "on", "null", "1e3", "0x1f"), { maxLength: 2 })),
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
    const said = fc.record({ level: fc.option(fc.constantFrom(...sandboxLevels)), costThresholdMicros: fc.option(micros), maxRunSeconds: fc.option(fc.integer({ min: 1, max: 600 })) });
    fc.assert(
      fc.property(policy, said, ({ tools }, bounds) => {
        const grid = CapabilitiesContent.parse({ tools, bounds });
        expect(gridFromYaml(gridToYaml(grid, amount))).toEqual({ ok: true, policy: grid });
      }),
    );
  });

  it("may leave out what a row does not restrict, and says on which line a restriction of a level's grid is wrong", () => {
    const text = "bounds:\n  maxRunSeconds: 30\ntools:\n  - tool: crm.*\n    mode: allowed\n    costCeilingMicros: null\n    rate: 5/hour\n    paths: []\n    operations:\n      - read\n";
    expect(gridFromYaml(text)).toMatchObject({ ok: true, policy: { bounds: { maxRunSeconds: 30, level: null }, tools: [{ rate: "5/hour", paths: [], domains: null, operations: ["read"] }] } });
    const wrong = gridFromYaml(text.replace("5/hour", "often").replace("- read", "- read it").replace("30", "0"));
    expect(wrong.ok ? [] : wrong.problems.map(({ line, message }) => [line, message.split(":")[0]])).toEqual([[7, "tools.0.rate"], [10, "tools.0.operations.0"], [2, "bounds.maxRunSeconds"]]);
  });

  it("has amounts in words beside the micro-units", () => {
    expect(policyToYaml(firstPolicy, amount)).toContain("costThresholdMicros: 1000000 # 1 units");
  });

  it("says on which line something is wrong", () => {
    const text = policyToYaml(firstPolicy, amount);
    const wrong = text.replace("mode: approval", "mode: perhaps");
    const line = wrong.split("\n").findIndex((row) => row.includes("perhaps")) + 1;
    expect(problems(wrong)).toEqual([{ line, message: expect.stringMatching(/^tools\.0\.mode: /) }]);
    expect(problems(text.replace("riskThreshold: HIGH", "riskThreshold: CRITICAL"))).toEqual([{ line: 5, message: expect.stringContaining("riskThreshold") }]);
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
