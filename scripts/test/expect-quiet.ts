import { afterEach, beforeEach, expect, type MockInstance, vi } from "vitest";

let spy: MockInstance<typeof console.error>;

beforeEach(() => {
  spy = vi.spyOn(console, "error");
});

// A test that expects an error to be logged replaces the spy by one of its own and checks that.
afterEach(() => {
  const calls = spy.mock.calls.map((call) => call.map(String).join(" "));
  spy.mockRestore();
  expect(calls, "console.error was called, which the test did not expect").toEqual([]);
});
