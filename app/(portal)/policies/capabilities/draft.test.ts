import { describe, expect, it } from "vitest";
import { CapabilitiesContent } from "@/lib/policies/capabilities-content";
import { firstPolicy } from "@/lib/policies/first-policy";
import { gridDraft, policyDraft } from "./draft";
import { effectsOf, tryTool } from "./effects";
import { readGrid, readPolicy } from "./read-draft";

const open = { limited: false, text: "" };
const row = { tool: "read:*", mode: "allowed" as const, costCeilingMicros: 250_000, rate: "100/hour", paths: ["data/*", "a, b"], domains: [], operations: null };

describe("the policy's controls", () => {
  it("say what was put in them", () => {
    const policy = { ...firstPolicy, tools: [row] };
    expect(policyDraft(policy)).toMatchObject({ costThreshold: "1", tools: [{ tool: "read:*", ceiling: "0.25" }] });
    expect(readPolicy(policyDraft(policy), "USD")).toEqual({ ok: true, policy: { ...policy, limits: {} } });
  });

  it("name everything that is wrong", () => {
    const wrong = { id: 0, tool: "A b", mode: "allowed" as const, ceiling: "x", rate: "often", paths: { limited: true, text: "ok\n\n../x" }, domains: open, operations: open };
    const read = readPolicy({ ...policyDraft(firstPolicy), costThreshold: "1,5", maxRunSeconds: "9999", tools: [wrong] }, "USD");
    expect(read.ok ? [] : read.problems.map((problem) => problem.message)).toEqual([
      expect.stringMatching(/^Row 1, tool, may have lower-case letters/),
      "Row 1, ceiling, is not a number that can be read",
      expect.stringMatching(/^Row 1, rate, is a number of calls/),
      "Row 1, paths 2, must not have . or .. as a part",
      "The cost threshold is not a number that can be read",
      "The longest run at most 600 seconds",
    ]);
  });

  it("may be left empty above the agent, and not in its own policy", () => {
    const grid = CapabilitiesContent.parse({ tools: [row], bounds: { level: "strict", costThresholdMicros: 5 } });
    expect(readGrid(gridDraft(grid), "USD")).toEqual({ ok: true, policy: grid });
    expect(readPolicy({ ...policyDraft(firstPolicy), maxRunSeconds: " " }, "USD").ok).toBe(false);
    expect(readGrid({ ...gridDraft(grid), maxRunSeconds: "1.5" }, "USD").ok).toBe(false);
  });
});

describe("what is said beside the controls", () => {
  const above = [{ source: { scopeType: "workspace" as const, scopeId: "w", version: 2 }, name: "Finance", unreadable: false, tools: [{ tool: "crm.*", mode: "approval" as const, costCeilingMicros: 1_000_000 }], bounds: { maxRunSeconds: 30 } }];
  const draft = policyDraft({ ...firstPolicy, level: "standard", tools: [{ ...row, tool: "crm.read", rate: null, paths: null, domains: null }, { ...row, tool: "crm.list", mode: "allowed", costCeilingMicros: 2_000_000, rate: null, paths: null, domains: null }] });

  it("tells rows and numbers that have no effect, and where what holds instead comes from", () => {
    const { rows, numbers } = effectsOf(draft, above, "USD");
    expect(rows.get(0)).toMatchObject({ idle: false, notes: [expect.stringMatching(/asks a person.*workspace Finance.*crm\.\*/)] });
    expect(rows.get(1)).toMatchObject({ idle: true, notes: [expect.any(String), expect.stringMatching(/ceiling/)] });
    expect(numbers.get("maxRunSeconds")).toMatchObject({ value: 30, wider: true, place: "workspace Finance" });
    expect(numbers.has("maxConcurrentRuns")).toBe(false);
  });

  it("survives whatever is half typed", () => {
    const broken = { ...draft, maxRunSeconds: "x", tools: draft.tools.map((each) => ({ ...each, tool: "", rate: "1/", ceiling: "-" })) };
    expect(() => effectsOf(broken, above, "USD")).not.toThrow();
    expect(tryTool(broken, above, "USD", "crm.read").mode).toBe("approval");
  });

  it("answers for one tool with the row that says so", () => {
    expect(tryTool(draft, above, "USD", "crm.list")).toMatchObject({ mode: "approval", because: "crm.* of workspace Finance", lines: [expect.stringContaining("1.00"), expect.stringContaining("2.00")] });
    expect(tryTool(draft, above, "USD", "erp.read")).toMatchObject({ mode: "approval", because: "the level, since no row names it" });
  });
});
