import { expect, it } from "vitest";
import { outageRetryAt, parseDue, parseRetryAfter, retryAt } from "./time";

const now = new Date("2026-01-01T00:00:00Z");

it("reads lengths of time in the SDK's notation, and dates", () => {
  expect(parseDue("1d2h30m10s", now).toISOString()).toBe("2026-01-02T02:30:10.000Z");
  expect(parseDue("2w", now).toISOString()).toBe("2026-01-15T00:00:00.000Z");
  expect(parseDue("", now)).toEqual(now);
  expect(parseDue("2026-05-01T10:00:00.000Z", now).toISOString()).toBe("2026-05-01T10:00:00.000Z");
  expect(() => parseDue("soon", now)).toThrow(/"soon"/);
});

it("reads retry-after as seconds or a date", () => {
  expect(parseRetryAfter("90", now)?.toISOString()).toBe("2026-01-01T00:01:30.000Z");
  expect(parseRetryAfter("2026-01-01T00:05:00Z", now)?.toISOString()).toBe("2026-01-01T00:05:00.000Z");
  expect(parseRetryAfter("later", now)).toBeUndefined();
  expect(parseRetryAfter(undefined, now)).toBeUndefined();
});

it("doubles the delay between attempts up to a bound", () => {
  const delayMs = (attempt: number) => retryAt(attempt, 1000).getTime() - Date.now();
  expect(delayMs(1)).toBeGreaterThan(900);
  expect(delayMs(1)).toBeLessThan(1300);
  expect(delayMs(4)).toBeGreaterThan(7900);
  expect(delayMs(40)).toBeLessThanOrEqual(360_000);
  expect(outageRetryAt(60).getTime() - Date.now()).toBeLessThanOrEqual(5000);
});
