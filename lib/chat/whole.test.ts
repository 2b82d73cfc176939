import { expect, it } from "vitest";
import { wholeOf } from "./whole";

const asked = { kind: "action", tool: "crm.update", operation: "write", resource: "customers/42", arguments: '{"id":"42"}', limits: null, amountMicros: 1_500_000, currency: "CHF" } as const;

it("says all that is decided on, in one line", () => {
  expect(wholeOf(asked)).toBe('tool "crm.update", operation "write", on "customers/42", with {"id":"42"}, for up to CHF 1.50');
  expect(wholeOf({ ...asked, operation: "", resource: "", arguments: '{"at":"https://example.test/a"}' })).toBe('tool "crm.update", with {"at":"https[:]//example.test/a"}, for up to CHF 1.50');
  // What pretends to be another part stays within its own quotes.
  expect(wholeOf({ ...asked, resource: 'x", with {"id":"1"}, for up to CHF 0.00' })).toContain(String.raw`on "x\", with {\"id\":\"1\"}, for up to CHF 0.00", with {"id":"42"}`);
});

it.each([
  ["of another kind", { kind: "access" }],
  ["a program", { tool: "sandbox.python" }],
  ["narrowed", { limits: "{}" }],
  ["long", { arguments: JSON.stringify({ note: "x".repeat(1_600) }) }],
  ["long as Slack counts", { arguments: JSON.stringify({ note: "<".repeat(800) }) }],
  ["not there", { arguments: null }],
  ["with a secret", { arguments: '{"note":"key ghp_0123456789abcdefghijABCDEFGHIJ"}' }],
  ["with hidden signs", { resource: "a\u202Eb" }],
  ["with spaces that a chat does not show", { arguments: '{"note":"one  two"}' }],
])("says nothing of what is %s", (_, changes) => {
  expect(wholeOf({ ...asked, ...changes } as Parameters<typeof wholeOf>[0])).toBeNull();
});
