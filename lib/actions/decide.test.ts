import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AgentState } from "./decide";
import { judge } from "./judge";
import { SubmitActionInput } from "./schemas";

const state = (changes: Partial<AgentState> = {}): AgentState => ({
  organizationId: "o", workspaceId: "w", agentId: "a", templateId: null, ownerId: "p", agentKind: "analyst", keyId: "k", documents: [],
  agentStatus: "active", keyRevoked: false, keyExpired: false, policyVersion: 1, level: "standard", locks: [],
  tools: [{ tool: "sandbox.*", mode: "allowed", costCeilingMicros: null }, { tool: "crm.*", mode: "allowed", costCeilingMicros: null }],
  costThresholdMicros: 1_000_000, riskThreshold: "HIGH", currency: "USD", ...changes,
});
const ask = (input: Partial<SubmitActionInput>, changes: Partial<AgentState> = {}) => {
  const parsed = SubmitActionInput.parse({ tool: "crm.read", estimatedCostMicros: 0, ...input });
  const { outcome, rule } = judge({ input: parsed, receivedAt: new Date() }, state(changes)).verdict;
  return [outcome, rule];
};

describe("the order of the decision", () => {
  it("allows what the policy lists", () => {
    expect(ask({})).toEqual(["allow", "policy.allowed"]);
  });

  it.each<[string, Partial<SubmitActionInput>, Partial<AgentState>, [string, string]]>([
    ["a revoked key before anything else", {}, { keyRevoked: true, agentStatus: "retired" }, ["deny", "key.revoked"]],
    ["an expired key", {}, { keyExpired: true }, ["deny", "key.expired"]],
    ["a suspended agent", {}, { agentStatus: "suspended" }, ["deny", "agent.not_active"]],
    ["a draft agent", {}, { agentStatus: "draft" }, ["deny", "agent.not_active"]],
    ["everything at level strict", {}, { level: "strict" }, ["needs_approval", "level.strict"]],
    ["a tool outside the sandbox at level isolated", {}, { level: "isolated" }, ["deny", "level.isolated"]],
    ["an unlisted sandbox tool at level isolated", { tool: "sandbox.node" }, { level: "isolated", tools: [] }, ["deny", "capability.not_listed"]],
    ["a tool that only calls itself sandboxed", { tool: "sandbox.ruby" }, {}, ["deny", "sandbox.unknown_tool"]],
    ["a sandbox tool spelled so that it would not run there", { tool: "sandbox/python" }, {}, ["deny", "sandbox.unknown_tool"]],
    ["high risk under another sign between the words", { tool: "payment:send" }, { level: "trusted" }, ["needs_approval", "risk.threshold"]],
    ["high risk without any sign", { tool: "payment" }, { level: "trusted" }, ["needs_approval", "risk.threshold"]],
    ["an unknown tool at level standard", { tool: "erp.read" }, {}, ["needs_approval", "capability.not_listed"]],
    ["an empty list at level standard", {}, { tools: [] }, ["needs_approval", "capability.not_listed"]],
    ["high risk, whatever is listed", { tool: "mail.send" }, { tools: [{ tool: "mail.*", mode: "allowed", costCeilingMicros: null }] }, ["needs_approval", "risk.threshold"]],
    ["critical risk at level trusted", { tool: "iam.grant" }, { level: "trusted" }, ["needs_approval", "risk.threshold"]],
    ["a cost at the threshold", { estimatedCostMicros: 1_000_000 }, {}, ["needs_approval", "cost.threshold"]],
    ["medium risk when the threshold says so", { tool: "crm.update" }, { riskThreshold: "MEDIUM" }, ["needs_approval", "risk.threshold"]],
  ])("stops %s", (_what, input, changes, expected) => {
    expect(ask(input, changes)).toEqual(expected);
  });

  it("lets an unknown tool pass at level trusted", () => {
    expect(ask({ tool: "erp.read" }, { level: "trusted" })).toEqual(["allow", "policy.allowed"]);
  });

  it("lets the narrowest of several matching rows win, in any order", () => {
    const rows = [
      { tool: "crm.*", mode: "allowed" as const, costCeilingMicros: null },
      { tool: "crm.read", mode: "approval" as const, costCeilingMicros: null },
      { tool: "*", mode: "blocked" as const, costCeilingMicros: null },
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: 1 }), (tools) => {
        const blocked = tools.some((row) => row.mode === "blocked");
        const asked = tools.some((row) => row.mode === "approval");
        expect(ask({}, { tools })[0]).toBe(blocked ? "deny" : asked ? "needs_approval" : "allow");
      }),
    );
  });
});
