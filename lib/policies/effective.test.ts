import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { globs } from "@/lib/actions/globs";
import { completeRow } from "./complete-row";
import { firstPolicy } from "./first-policy";
import { type PolicyContent, sandboxLevels } from "./content";
import { agentLayer, answerFor, coversTool, effectivePolicy, type Layer } from "./effective";
import { effectOfRow, widerNumbers } from "./without-effect";

type Row = Layer["tools"][number];
const row = (tool: string, mode: Row["mode"], more: Partial<Row> = {}): Row => ({ tool, mode, costCeilingMicros: null, ...more });
const layer = (scopeType: Layer["source"]["scopeType"], tools: Row[], bounds: Layer["bounds"] = {}): Layer => ({ source: { scopeType, scopeId: scopeType, version: 1 }, tools, bounds });
const own = (policy: Partial<PolicyContent>) => agentLayer("agent", 3, { ...firstPolicy, level: "standard", tools: [], ...policy });
const sourced = ({ source, tools }: Layer) => tools.map((each) => ({ ...completeRow(each), source }));
const strictness = (mode: Row["mode"]) => ["allowed", "approval", "blocked"].indexOf(mode);

describe("what holds for an agent", () => {
  it("is the narrowest of all levels, each number with where it comes from", () => {
    const policy = effectivePolicy([
      layer("organization", [], { maxRunSeconds: 300, riskThreshold: "MEDIUM", costThresholdMicros: 5 }),
      layer("workspace", [], { maxRunSeconds: 30, riskThreshold: "HIGH" }),
      own({ maxRunSeconds: 60, costThresholdMicros: 5, maxConcurrentRuns: 1 }),
    ]);
    expect(policy).toMatchObject({
      maxRunSeconds: { value: 30, source: { scopeType: "workspace" } },
      riskThreshold: { value: "MEDIUM", source: { scopeType: "organization" } },
      costThresholdMicros: { value: 5, source: { scopeType: "organization" } },
      maxConcurrentRuns: { value: 1, source: { scopeType: "agent", version: 3 } },
    });
  });

  it("is what a new agent begins with where nobody said anything", () => {
    expect(effectivePolicy([])).toMatchObject({ levels: ["strict"], maxRunSeconds: { value: firstPolicy.maxRunSeconds, source: null } });
  });

  it.each([
    [["trusted", "standard"], ["standard"]],
    [["standard", "strict"], ["strict"]],
    [["isolated", "trusted"], ["isolated"]],
    [["strict", "isolated"], ["isolated", "strict"]],
    [["trusted"], ["trusted"]],
  ] as const)("of the levels %j is %j", (said, levels) => {
    expect(effectivePolicy(said.map((level) => layer("organization", [], { level }))).levels).toEqual(levels);
  });

  it("asks for a tool whatever level asks, and blocks what any level blocks, whatever the agent's own row says", () => {
    const above = layer("workspace", [row("crm.*", "approval", { costCeilingMicros: 9 }), row("iam.*", "blocked")]);
    const policy = effectivePolicy([above, own({ tools: [row("crm.read", "allowed", { costCeilingMicros: 99 }), row("iam.read", "allowed"), row("erp.read", "allowed")] })]);
    expect(answerFor(policy, "crm.read")).toMatchObject({ mode: "approval", modeOf: { tool: "crm.*", source: { scopeType: "workspace" } }, ceiling: { costCeilingMicros: 9 }, rows: [{}, {}] });
    expect(answerFor(policy, "crm/read").mode).toBe("approval");
    expect(answerFor(policy, "iam.read").mode).toBe("blocked");
    expect(answerFor(policy, "erp.read").mode).toBe("allowed");
    expect(answerFor(policy, "shell.run")).toMatchObject({ mode: "approval", modeOf: null, rows: [] });
  });

  it("lets an isolated agent use listed tools of the sandbox, and asks for each of them where strict holds too", () => {
    const tools = [row("sandbox.*", "allowed"), row("crm.*", "allowed")];
    const [isolated, both] = [effectivePolicy([own({ level: "isolated", tools })]), effectivePolicy([layer("organization", [], { level: "strict" }), own({ level: "isolated", tools })])];
    expect([answerFor(isolated, "sandbox.python").mode, answerFor(isolated, "crm.read").mode]).toEqual(["allowed", "blocked"]);
    expect([answerFor(both, "sandbox.python").mode, answerFor(both, "crm.read").mode]).toEqual(["approval", "blocked"]);
  });

  const glob = fc.constantFrom("*", "crm.*", "crm.read", "*.read", "sandbox.*", "erp/*", "c*d");
  const anyRow = fc.record({ tool: glob, mode: fc.constantFrom("allowed" as const, "approval" as const, "blocked" as const), costCeilingMicros: fc.option(fc.nat(9)) });
  const anyLayer = fc.record({ tools: fc.array(anyRow, { maxLength: 3 }), level: fc.option(fc.constantFrom(...sandboxLevels)), maxRunSeconds: fc.option(fc.integer({ min: 1, max: 9 })) });

  it("never gets wider by what a level below says of a tool that is listed above", () => {
    fc.assert(
      fc.property(fc.array(anyLayer, { minLength: 1, maxLength: 3 }), anyLayer, fc.constantFrom("crm.read", "erp.read", "sandbox.node", "crm.x.read"), (above, below, tool) => {
        const layers = above.map(({ tools, level, maxRunSeconds }) => layer("workspace", tools, { level, maxRunSeconds }));
        const before = effectivePolicy(layers);
        const after = effectivePolicy([...layers, layer("agent", below.tools, { level: below.level, maxRunSeconds: below.maxRunSeconds })]);
        if (before.maxRunSeconds.source) expect(after.maxRunSeconds.value).toBeLessThanOrEqual(before.maxRunSeconds.value);
        const [was, is] = [answerFor(before, tool), answerFor(after, tool)];
        if (was.rows.length > 0 && above.some(({ level }) => level)) expect(strictness(is.mode)).toBeGreaterThanOrEqual(strictness(was.mode));
        if (was.ceiling) expect(is.ceiling?.costCeilingMicros ?? Infinity).toBeLessThanOrEqual(was.ceiling.costCeilingMicros ?? 0);
      }),
    );
  });
});

describe("a glob that covers another", () => {
  it("matches every tool that the other matches", () => {
    const part = fc.constantFrom("*", "a", "b", ".", "/");
    const glob = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join("").replaceAll(/\*+/g, "*"));
    const word = fc.stringMatching(/^[ab.]{0,6}$/);
    fc.assert(fc.property(glob, glob, word, (wide, narrow, tool) => !coversTool(wide, narrow) || !globs([narrow])(tool) || globs([wide])(tool)), { numRuns: 2000 });
  });

  it.each([["crm.*", "crm.read"], ["crm.*", "crm/*"], ["*", "*.read"], ["*.read", "crm.*.read"], ["a*c", "a*b*c"]])("%s covers %s", (wide, narrow) => expect(coversTool(wide, narrow)).toBe(true));
  it.each([["crm.read", "crm.*"], ["*.read", "crm.*"], ["crm.*", "crm"], ["a*b*c", "a*c"]])("%s does not cover %s", (wide, narrow) => expect(coversTool(wide, narrow)).toBe(false));
});

describe("a row beside those above it", () => {
  const above = sourced(layer("workspace", [row("crm.*", "approval", { costCeilingMicros: 10, rate: "100/hour", paths: ["/data/*"], domains: ["*.example.com"], operations: ["read", "list"] }), row("iam.*", "blocked")]));
  const effect = (tool: string, mode: Row["mode"], more: Partial<Row> = {}) => effectOfRow(completeRow(row(tool, mode, more)), above);

  it.each([
    ["is wider in its mode", effect("crm.read", "allowed"), ["mode"]],
    ["is wider in everything", effect("crm.read", "allowed", { costCeilingMicros: 11, rate: "101/hour", paths: ["/*"], domains: ["api.example.com", "*.example.com"], operations: ["read", "list", "drop"] }), ["mode", "costCeilingMicros", "rate", "paths", "domains", "operations"]],
    ["has a rate that the one above keeps anyway", effect("crm.read", "approval", { rate: "100/minute" }), ["mode", "rate"]],
    ["names what is blocked", effect("iam.read", "approval", { costCeilingMicros: 1 }), ["mode"]],
  ])("has no effect when it %s", (_what, { idle, parts }, named) => {
    expect(idle).toBe(true);
    expect(parts.map(({ part }) => part)).toEqual(named);
  });

  it("says which of its parts try to be wider, and which say the same", () => {
    expect(effect("crm.read", "approval", { paths: ["/data/*"], rate: "200/hour" }).parts).toMatchObject([{ part: "mode", wider: false }, { part: "rate", wider: true, above: { tool: "crm.*" } }, { part: "paths", wider: false }]);
  });

  it.each([
    ["is stricter", effect("crm.read", "blocked")],
    ["costs less", effect("crm.read", "approval", { costCeilingMicros: 9 })],
    ["may be called less often", effect("crm.read", "approval", { rate: "99/hour" })],
    ["may be called less often in a day", effect("crm.read", "approval", { rate: "2399/day" })],
    ["has fewer paths", effect("crm.read", "approval", { paths: ["/data/x/*"] })],
    ["has no path at all", effect("crm.read", "approval", { paths: [] })],
    ["has one domain of many", effect("crm.read", "approval", { domains: ["api.example.com"] })],
    ["has one operation", effect("crm.read", "approval", { operations: ["read"] })],
    ["is about other tools too", effect("*.read", "allowed")],
  ])("counts when it %s", (_what, { idle }) => expect(idle).toBe(false));

  it("takes /data/x for another path than /Data/x and /data.x, and two labels for more than a star's one", () => {
    for (const more of [{ paths: ["/Data/x"] }, { paths: ["/data.x"] }, { domains: ["a.b.example.com"] }, { domains: ["example.com"] }]) {
      expect(effect("crm.read", "approval", more).idle).toBe(false);
    }
  });

  it("tells which numbers are wider than above, and no others", () => {
    const over = [layer("organization", [], { level: "strict", maxRunSeconds: 30, riskThreshold: "HIGH" })];
    expect(widerNumbers(own({ level: "standard", maxRunSeconds: 60, riskThreshold: "MEDIUM" }), over)).toEqual([
      { name: "level", above: over[0]?.source },
      { name: "maxRunSeconds", above: over[0]?.source },
    ]);
    expect(widerNumbers(own({ level: "isolated", maxRunSeconds: 30 }), over)).toEqual([]);
  });
});
