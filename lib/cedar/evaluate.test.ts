import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { globs } from "@/lib/actions/globs";
import { isSandboxTool } from "@/lib/actions/sandbox-arguments";
import { log } from "@/lib/log";
import type { GridRow } from "./compile-grid";
import type { PolicyAnswer } from "./evaluate";
import { ask, grid, row, text } from "./testing";

/** What the level and the grid said before they were compiled to Cedar. */
function native(level: string, rows: readonly GridRow[], tool: string, costMicros: number): Pick<PolicyAnswer, "outcome" | "rule"> {
  if (level === "isolated" && !isSandboxTool(tool)) return { outcome: "deny", rule: "level.isolated" };
  const found = rows.filter((each) => globs([each.tool])(tool));
  if (found.some(({ mode }) => mode === "blocked")) return { outcome: "deny", rule: "capability.blocked" };
  if (found.some(({ costCeilingMicros }) => costCeilingMicros !== null && costMicros > costCeilingMicros)) return { outcome: "deny", rule: "capability.cost_ceiling" };
  if (found.length === 0 && level === "isolated") return { outcome: "deny", rule: "capability.not_listed" };
  if (level === "strict") return { outcome: "needs_approval", rule: "level.strict" };
  if (found.some(({ mode }) => mode === "approval")) return { outcome: "needs_approval", rule: "capability.approval" };
  if (found.length > 0 || level === "trusted") return { outcome: "allow", rule: "policy.allowed" };
  return { outcome: "needs_approval", rule: "capability.not_listed" };
}

const said = ({ outcome, rule }: PolicyAnswer) => ({ outcome, rule });
const levels = ["strict", "standard", "trusted", "isolated"];
const tools = ["sandbox.python", "sandbox.node", "crm.read", "crm/read", "crm.write.all", "mail:send", "a.b", "a"];
const tool = fc.oneof(fc.constantFrom(...tools), fc.stringMatching(/^[abc][abc._:/-]{0,6}$/));
const rows = fc.array(
  fc.record({
    tool: fc.oneof(fc.constantFrom("*", "crm.*", "crm.read", "sandbox.*", "crm/*", "*.read", "mail:*", "a*"), fc.stringMatching(/^[abc*][abc*._:/-]{0,5}$/)),
    mode: fc.constantFrom("allowed", "approval", "blocked"),
    costCeilingMicros: fc.option(fc.integer({ min: 0, max: 10 })),
  }),
  { maxLength: 8 },
);

describe("the grid and the levels as Cedar", () => {
  it("say what they always said", () => {
    fc.assert(
      fc.property(fc.constantFrom(...levels), rows, tool, fc.integer({ min: 0, max: 10 }), (level, list, name, costMicros) => {
        expect(said(ask([grid(list)], { level, tool: name, costMicros }))).toEqual(native(level, list, name, costMicros));
      }),
      { numRuns: 2_000 },
    );
  });

  it("allow with a person's yes what needs one, and nothing else", () => {
    fc.assert(
      fc.property(fc.constantFrom(...levels), rows, tool, fc.integer({ min: 0, max: 10 }), (level, list, name, costMicros) => {
        const before = ask([grid(list)], { level, tool: name, costMicros }).outcome;
        expect(ask([grid(list)], { level, tool: name, costMicros, approved: true }).outcome).toBe(before === "deny" ? "deny" : "allow");
      }),
      { numRuns: 500 },
    );
  });

  it("only narrow further down", () => {
    fc.assert(
      fc.property(fc.constantFrom(...levels), rows, rows, tool, (level, wide, narrow, name) => {
        const above = ask([grid(wide, "organization")], { level, tool: name });
        const both = ask([grid(wide, "organization"), grid(narrow, "agent")], { level, tool: name });
        if (above.outcome === "deny" && above.rule !== "capability.not_listed") expect(both.outcome).toBe("deny");
        if (above.rule === "capability.approval" || above.rule === "level.strict") expect(both.outcome).not.toBe("allow");
      }),
      { numRuns: 500 },
    );
  });
});

describe("what a row restricts", () => {
  const path = (id: string) => ({ action: "file_read" as const, resource: { type: "Path" as const, id } });
  const domain = (id: string) => ({ action: "network" as const, resource: { type: "Domain" as const, id } });

  it.each([
    ["/data/a.csv", "allow"],
    ["/data", "deny"],
    ["/etc/passwd", "deny"],
  ])("paths: %s", (id, outcome) => {
    expect(ask([grid([row("crm.*", "allowed", { paths: ["/data/*"] })])], { boundary: path(id) }).outcome).toBe(outcome);
  });

  it.each([
    ["api.example.com", "allow"],
    ["example.com", "deny"],
    ["a.api.example.com", "deny"],
    ["apiXexample.com", "deny"],
    ["other.test", "allow"],
  ])("domains, a star being one label: %s", (id, outcome) => {
    expect(ask([grid([row("crm.*", "allowed", { domains: ["*.example.com", "other.test"] })])], { boundary: domain(id) }).outcome).toBe(outcome);
  });

  it("operations, and an empty list lets nothing pass", () => {
    expect(ask([grid([row("crm.*", "allowed", { operations: ["read"] })])], { operation: "read" }).outcome).toBe("allow");
    expect(ask([grid([row("crm.*", "allowed", { operations: ["read"] })])], { operation: "READ" }).outcome).toBe("allow");
    expect(said(ask([grid([row("crm.*", "allowed", { operations: ["read"] })])], { operation: "reads" }))).toEqual({ outcome: "deny", rule: "capability.operation" });
    expect(said(ask([grid([row("crm.*", "allowed", { domains: [] })])], { boundary: domain("example.com") }))).toEqual({ outcome: "deny", rule: "capability.domain" });
    expect(said(ask([grid([row("crm.*", "allowed", { paths: [] })])], { boundary: path("/") }))).toEqual({ outcome: "deny", rule: "capability.path" });
  });

  it("holds with a row of the level above together", () => {
    const parts = [grid([row("*", "allowed", { paths: ["/data/*"] })], "workspace"), grid([row("crm.read", "allowed", { paths: ["*/public/*"] })])];
    expect(ask(parts, { boundary: path("/data/public/x") }).outcome).toBe("allow");
    expect(ask(parts, { boundary: path("/data/x") }).source).toMatchObject({ scopeType: "agent", policyId: "capability.path:crm.read" });
    expect(ask(parts, { boundary: path("/public/x") }).source).toMatchObject({ scopeType: "workspace", policyId: "capability.path:*" });
  });
});

describe("policies as text", () => {
  const night = `@id("at-night") @message("{tool} rests at night.") forbid (principal, action in Countersign::Action::"boundary", resource) when { context.hour >= 22 || context.hour < 6 };`;
  const listed = grid([row("*", "allowed")]);

  it("forbid over what permits, with their own words and their place", () => {
    const at = new Date("2026-11-22T23:00:00Z");
    expect(ask([text(night), listed]).outcome).toBe("allow");
    expect(ask([text(night), listed], { at })).toEqual({
      outcome: "deny", rule: "policy:at-night", message: "crm.read rests at night.",
      source: { kind: "cedar", scopeType: "organization", scopeId: "o-1", version: null, policyId: "at-night" },
    });
  });

  it("ask a person where they forbid until one has said yes", () => {
    const policy = `forbid (principal, action == Countersign::Action::"network", resource) when { resource in Countersign::Domain::"example.com" } unless { context.approved };`;
    const boundary = { action: "network", resource: { type: "Domain", id: "a.b.example.com" } } as const;
    expect(said(ask([text(policy), listed], { boundary }))).toEqual({ outcome: "needs_approval", rule: "policy:1" });
    expect(ask([text(policy), listed], { boundary, approved: true }).outcome).toBe("allow");
    expect(ask([text(policy), listed]).outcome).toBe("allow");
  });

  it("are known by their place in the text, also when there are more than ten", () => {
    const policies = Array.from({ length: 12 }, (_, at) => `forbid (principal, action, resource) when { context.tool == "t${at + 1}" };`).join("\n");
    expect(ask([text(policies)], { level: "trusted", tool: "t2" }).rule).toBe("policy:2");
    expect(ask([text(policies)], { level: "trusted", tool: "t12" }).rule).toBe("policy:12");
  });

  it("permit nothing by being empty", () => {
    expect(said(ask([text("")], { level: "isolated", tool: "sandbox.node" }))).toEqual({ outcome: "deny", rule: "capability.not_listed" });
  });
});

describe("what cannot be read or evaluated denies everything", () => {
  const quiet = () => vi.spyOn(log, "error").mockImplementation(() => {});

  it.each([
    ["no text", null],
    ["no Cedar", "permit("],
    ["an expression that is deeper than any stack", `permit(principal, action, resource) when { ${"(".repeat(30_000)}true${")".repeat(30_000)} };`],
    ["a chain that is longer than any stack", `permit(principal, action, resource) when { ${"!".repeat(30_000)}true };`],
    ["a template", "permit(principal == ?principal, action, resource);"],
    ["an extension's function", `permit(principal, action, resource) when { ip("1.2.3.4").isLoopback() };`],
    ["a number that is not exact", "permit(principal, action, resource) when { context.costMicros < 9007199254740993 };"],
  ])("%s", (_what, policies) => {
    quiet();
    expect(said(ask([grid([row("*", "allowed")]), text(policies)], { level: "trusted" }))).toEqual({ outcome: "deny", rule: "cedar.unreadable" });
    // And the next is read as if nothing had been.
    expect(ask([text("permit(principal, action, resource);")]).outcome).toBe("allow");
  });

  it.each([
    ["an attribute that is not there", `permit(principal, action, resource) when { context.nothing };`],
    ["a type that is another", `permit(principal, action, resource) when { context.tool };`],
    ["an overflow", `permit(principal, action, resource) when { context.costMicros * 9007199254740991 > 1 };`],
  ])("%s, also beside a policy that permits", (_what, policies) => {
    quiet();
    expect(said(ask([grid([row("*", "allowed")]), text(policies)], { costMicros: 5 }))).toEqual({ outcome: "deny", rule: "cedar.unreadable" });
  });

  it("a grid that is not there, and a cost that is no number", () => {
    quiet();
    expect(said(ask([grid(null)], { level: "trusted" }))).toEqual({ outcome: "deny", rule: "cedar.unreadable" });
    expect(said(ask([], { level: "trusted", costMicros: Number.NaN }))).toEqual({ outcome: "deny", rule: "cedar.unreadable" });
  });
});
