import { expect, it } from "vitest";
import { type Answer, comparison, type Sample } from "./comparison";

const sample = (change: Partial<Sample> = {}): Sample => ({
  id: "1", agentId: "a", agentName: "Analyst", tool: "crm.read", operation: "execute", resource: "", estimatedCostMicros: 5, createdAt: new Date(0),
  decided: { outcome: "allow", rule: "policy.allow" }, ...change,
});
const answer = (outcome: Answer["outcome"], rule: string = outcome, asks = "a supervisor"): Answer => ({ outcome, rule, message: "", asks: outcome === "needs_approval" ? asks : null });

it("tells what is newly denied, allowed and asked from what stays, with its cost", () => {
  const seen = comparison();
  seen.add(sample(), answer("allow"), answer("deny"));
  seen.add(sample({ agentId: "b" }), answer("needs_approval"), answer("deny"));
  seen.add(sample(), answer("deny"), answer("allow"));
  seen.add(sample(), answer("allow"), answer("needs_approval"));
  seen.add(sample(), answer("deny", "one"), answer("deny", "other"));
  seen.add(sample(), answer("allow"), answer("allow"));
  seen.add(sample(), answer("needs_approval"), answer("needs_approval", "needs_approval", "two supervisors"));
  const { denied, allowed, asking, others, ...totals } = seen.result();
  expect(totals).toEqual({ looked: 7, unchanged: 1, otherRule: 1 });
  expect([denied, allowed, asking, others].map(({ count, agents, costMicros }) => [count, agents, costMicros])).toEqual([[2, 2, 10], [1, 1, 5], [1, 1, 5], [1, 1, 5]]);
});

it("shows one example of each kind before a second of any, and not all of them", () => {
  const seen = comparison();
  for (let at = 0; at < 50; at++) seen.add(sample({ id: `flood ${at}` }), answer("allow"), answer("deny"));
  seen.add(sample({ id: "rare", tool: "mail.send" }), answer("allow"), answer("deny"));
  const { count, examples } = seen.result().denied;
  expect([count, examples.length]).toEqual([51, 10]);
  expect(examples.slice(0, 2).map(({ id }) => id)).toEqual(["flood 0", "rare"]);
});
