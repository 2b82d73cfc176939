import { expect, it } from "vitest";
import { approvalPattern } from "./pattern";

const hex = (changes: object = {}, agentId = "a") => approvalPattern(agentId, { tool: "crm.write", operation: "execute", arguments: { to: "x", amount: 1 }, ...changes }).toString("hex");

it("is the same for other values under the same names, in any order", () => {
  expect(hex({ arguments: { amount: 9, to: { deep: true } } })).toBe(hex());
});

it.each([
  ["a further name", { arguments: { to: "x", amount: 1, cc: "y" } }],
  ["a missing name", { arguments: { to: "x" } }],
  ["a name that two others would make", { arguments: { "to,amount": 1 } }],
  ["another tool", { tool: "crm.read" }],
  ["another operation", { operation: "delete" }],
])("differs with %s", (_what, changes) => {
  expect(hex(changes)).not.toBe(hex());
});

it("differs with another agent", () => {
  expect(hex({}, "b")).not.toBe(hex());
});
