import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ToolCapability } from "@/db/schema/agent";
import type { ChildPolicy } from "@/db/schema/spawn";
import { boundariesOf } from "@/lib/boundaries/of-action";
import { decide } from "@/lib/actions/decide";
import { firstPolicy } from "@/lib/policies/first-policy";
import { exceeds, inherit } from "./exceeds";

const row = (tool: string, mode: ToolCapability["mode"] = "allowed", costCeilingMicros: number | null = null): ToolCapability => ({ tool, mode, costCeilingMicros });
const policy = (changes: Partial<ChildPolicy> = {}): ChildPolicy => ({ ...firstPolicy, maxConcurrentTasks: 100, level: "standard", tools: [row("crm.*")], ...changes });
const fields = (child: Partial<ChildPolicy>, parent: Partial<ChildPolicy> = {}) => exceeds(policy(child), policy(parent)).map(({ field }) => field);

const anyAgent = {
  organizationId: "o", workspaceId: "w", templateId: null, ownerId: "p", agentKind: "analyst", keyId: "k", documents: [], locks: [],
  agentStatus: "active", keyRevoked: false, keyExpired: false, policyVersion: 1, currency: "USD",
} as const;

describe("a child's policy", () => {
  it("that says the same, or less, exceeds nothing", () => {
    expect(fields({})).toEqual([]);
    expect(fields({ tools: [row("crm.read")], level: "strict", maxRunSeconds: 1, riskThreshold: "LOW" })).toEqual([]);
    expect(fields({ tools: [row("crm.read", "allowed", 5)], level: "isolated" }, { tools: [row("crm.*", "allowed", 5)] })).toEqual([]);
    expect(fields({ tools: [] }, { tools: [row("mail.send", "approval", 5), row("shop.pay", "blocked")] })).toEqual([]);
  });

  it.each<[string, Partial<ChildPolicy>, Partial<ChildPolicy>, string]>([
    ["a wider glob", { tools: [row("*")] }, {}, "tools *"],
    ["a glob that only begins alike", { tools: [row("crm*")] }, {}, "tools crm*"],
    ["a tool that the parent asks for", { tools: [row("mail.send")] }, { tools: [row("mail.send", "approval")] }, "tools mail.send"],
    ["a glob over a tool that the parent asks for", { tools: [row("crm.*")] }, { tools: [row("crm.*"), row("crm.delete", "approval")] }, "tools crm.*"],
    ["a tool that the parent has not listed", { tools: [row("shop.pay")] }, {}, "tools shop.pay"],
    ["a tool that the parent is blocked from, spelled otherwise", { tools: [row("shop/pay", "approval")] }, { tools: [row("shop.pay", "blocked")] }, "tools shop/pay"],
    ["no ceiling", { tools: [row("crm.*")] }, { tools: [row("crm.*", "allowed", 5)] }, "tools crm.*"],
    ["a higher ceiling", { tools: [row("crm.read", "allowed", 6)], level: "isolated" }, { tools: [row("crm.*", "allowed", 5)] }, "tools crm.read"],
    ["a part of a row, whose ceiling would not hold for the rest", { tools: [row("crm.read", "allowed", 5)] }, { tools: [row("crm.*", "allowed", 5)] }, "tools crm.*"],
    ["a higher level", { level: "trusted" }, {}, "level"],
    ["a level beside an isolated parent", { level: "strict", tools: [] }, { level: "isolated" }, "level"],
    ["more time for a run", { maxRunSeconds: 600 }, { maxRunSeconds: 599 }, "maxRunSeconds"],
    ["more runs at once", { maxConcurrentRuns: 3 }, {}, "maxConcurrentRuns"],
    ["more requests that wait", { maxWaitingApprovals: 101 }, {}, "maxWaitingApprovals"],
    ["a higher cost threshold", { costThresholdMicros: 1_000_001 }, {}, "costThresholdMicros"],
    ["a higher risk threshold", { riskThreshold: "HIGH" }, { riskThreshold: "MEDIUM" }, "riskThreshold"],
  ])("with %s exceeds its parent's", (_what, child, parent, field) => {
    expect(fields(child, parent)).toContain(field);
  });

  it("takes over what its parent is blocked from, asked for, and limited in", () => {
    const parent = policy({ tools: [row("crm.*"), row("shop.pay", "blocked"), row("mail.send", "approval", 5), row("web.*", "allowed", 7)] });
    expect(inherit(policy({ tools: [row("crm.read")] }), parent).tools).toEqual([row("crm.read"), row("shop.pay", "blocked"), row("mail.send", "approval", 5), row("web.*", "approval", 7)]);
    expect(inherit(policy({ level: "isolated", tools: [] }), parent).tools).toEqual([row("shop.pay", "blocked")]);
  });

  it("that exceeds nothing never lets a call further than its parent's would, whatever the two say", () => {
    const names = ["a", "b", "a.a", "a.b", "b.a", "sandbox.python"];
    const globs = [...names, "*", "a*", "a.*", "*.a", "sandbox.*", "a/*"];
    const rows = fc.array(fc.record({ tool: fc.constantFrom(...globs), mode: fc.constantFrom("allowed", "approval", "blocked"), costCeilingMicros: fc.constantFrom(null, null, 3, 6) }), { maxLength: 4 });
    const anyPolicy = fc.record({ tools: rows, level: fc.constantFrom("strict", "standard", "trusted", "isolated"), costThresholdMicros: fc.constantFrom(4, 9), riskThreshold: fc.constantFrom("LOW", "HIGH") }) as fc.Arbitrary<Partial<ChildPolicy>>;
    const order = { deny: 0, needs_approval: 1, allow: 2 };
    let compared = 0;
    fc.assert(
      fc.property(anyPolicy, anyPolicy, (one, other) => {
        const parent = policy(other);
        const child = inherit(policy(one), parent);
        if (exceeds(policy(one), parent).length > 0) return;
        compared++;
        for (const tool of names) {
          for (const estimatedCostMicros of [1, 3, 5, 8]) {
            const input = { tool, estimatedCostMicros, operation: "execute", resource: "", purpose: "" };
            const boundaries = boundariesOf({ ...input, arguments: {} });
            const answer = (of: ChildPolicy) =>
              order[decide({ input, boundaries, leaseShown: false, at: new Date(), classification: { risk: "LOW", reasons: [] }, state: { ...anyAgent, ...of, agentId: `${of === child ? "child" : "parent"} ${compared}` } }).outcome];
            expect(answer(child), `${tool} for ${estimatedCostMicros}: ${JSON.stringify([child, parent])}`).toBeLessThanOrEqual(answer(parent));
          }
        }
      }),
      { numRuns: 2_000 },
    );
    expect(compared).toBeGreaterThan(100);
  });
});
