import { expect, it } from "vitest";
import type { ApprovalPlan } from "@/db/schema/approval-plan";
import { globMatches, isWithin, type StandingAsk, type StandingScope } from "./match";

const scope: StandingScope = {
  agentId: "a", granter: { id: "p", name: "Pat", roles: ["supervisor"], accounts: ["p", "p2"] }, managerId: null, tool: "mail.send", operation: "execute", resource: "reports/*",
  arguments: { to: { glob: "*@example.com" }, count: { equals: "3" }, note: { glob: "*" } },
  riskAtMost: "HIGH", policyVersion: 2, policies: Buffer.from("f"), costEachMicros: 10,
};
const ask: StandingAsk = {
  submissionId: "s", agentId: "a", keyMakerId: null, tool: "mail.send", operation: "execute", resource: "reports/may",
  arguments: { to: "ann@example.com", count: 3, note: { any: ["thing"] } }, costMicros: 10, risk: "HIGH", policyVersion: 2, policies: Buffer.from("f"), plan: null,
};

const planOf = (...counts: number[]): ApprovalPlan => ({
  format: 1, expiresAfterSeconds: null, ownerMayDecide: false,
  stages: counts.map((count) => ({ name: "Yes", source: null, anyOf: [{ count, people: [{ kind: "decider" }] }], rejections: 1, reasonPattern: null, delegation: false, breakGlass: [], escalations: [] })),
});
const oneOf = (personId: string): ApprovalPlan => ({ ...planOf(1), stages: planOf(1).stages.map((stage) => ({ ...stage, anyOf: [{ count: 1, people: [{ kind: "person", personId }] }] })) });

it("covers what is exactly within it", () => {
  expect(isWithin(scope, ask)).toBe(true);
  expect(isWithin(scope, { ...ask, arguments: { ...ask.arguments, count: 3.0 }, risk: "LOW" })).toBe(true);
  expect(isWithin(scope, { ...ask, plan: oneOf("p") })).toBe(true);
});

it.each<[string, Partial<StandingAsk>]>([
  ["another agent", { agentId: "b" }],
  ["another tool", { tool: "mail.sends" }],
  ["another operation", { operation: "delete" }],
  ["more cost", { costMicros: 11 }],
  ["a critical risk", { risk: "CRITICAL" }],
  ["another policy version", { policyVersion: 3 }],
  ["other policies", { policies: Buffer.from("g") }],
  ["no known policies", { policies: null }],
  ["the key of who granted it", { keyMakerId: "p" }],
  ["a key that they made with another account", { keyMakerId: "p2" }],
  ["what two people must agree on by now", { plan: planOf(2) }],
  ["what is asked in two stages by now", { plan: planOf(1, 1) }],
  ["what somebody else is asked for by now", { plan: oneOf("q") }],
  ["another resource", { resource: "payroll/may" }],
  ["a resource that leads elsewhere", { resource: "reports/../payroll" }],
  ["a resource that leads elsewhere in other signs", { resource: "reports/%2e%2e/payroll" }],
  ["a further argument", { arguments: { ...ask.arguments, bcc: "x" } }],
  ["a missing argument", { arguments: { to: "ann@example.com", count: 3 } }],
  ["an inherited name", { arguments: { to: "ann@example.com", count: 3, toString: "x" } }],
  ["another value", { arguments: { ...ask.arguments, count: "3" } }],
  ["two addresses in one", { arguments: { ...ask.arguments, to: "eve@evil.test,ann@example.com" } }],
  ["two addresses in two lines", { arguments: { ...ask.arguments, to: "eve@evil.test\nann@example.com" } }],
  ["a list where a text was", { arguments: { ...ask.arguments, to: ["ann@example.com"] } }],
])("does not cover %s", (_what, changes) => {
  expect(isWithin(scope, { ...ask, ...changes })).toBe(false);
});

it("does not cover more risk than was granted", () => {
  expect(isWithin({ ...scope, riskAtMost: "MEDIUM" }, ask)).toBe(false);
});

it("lets a star stand for what the glob itself holds", () => {
  expect([globMatches("Report, *", "Report, May"), globMatches("Report *", "Report, May")]).toEqual([true, false]);
});

it("takes no longer for a glob of many stars", () => {
  expect(globMatches(`${"*a".repeat(200)}b`, "a".repeat(20_000))).toBe(false);
});
