import { afterAll, afterEach, beforeEach, expect, type MockInstance, vi } from "vitest";
import { forgetEnv } from "@/lib/env";

// Several files share a process and what it has loaded; what one sets in the environment is not the next one's.
const before = { ...process.env };
forgetEnv();
afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

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
