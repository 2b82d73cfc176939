import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rateLimits } from "./limits";
import { RateWindow, type Slices } from "./window";

const periods = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const start = Date.UTC(2026, 0, 1);

describe("a rate's window", () => {
  it("never lets more calls through than the rate in any stretch as long as its period, and lets them through again when it says", () => {
    const gap = fc.oneof(fc.nat(2_000), fc.integer({ min: 0, max: 70_000 }));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.constantFrom("minute" as const, "hour" as const), fc.array(gap, { maxLength: 80 }), (calls, period, gaps) => {
        const length = periods[period];
        const scale = length / 60_000;
        const through: number[] = [];
        let stored: Slices = [];
        let now = start;
        for (const step of gaps) {
          now += step * scale;
          const window = new RateWindow({ period }, structuredClone(stored), now);
          const until = window.fullUntil(calls);
          if (until) {
            expect(until.getTime()).toBeGreaterThan(now);
            expect(until.getTime()).toBeLessThanOrEqual(now + length + length / 60);
            expect(new RateWindow({ period }, structuredClone(stored), until.getTime()).fullUntil(calls)).toBeNull();
            expect(new RateWindow({ period }, structuredClone(stored), until.getTime() - 1).fullUntil(calls)).not.toBeNull();
            continue;
          }
          window.take();
          through.push(now);
          stored = window.slices;
        }
        for (const at of through) expect(through.filter((other) => other > at - length && other <= at).length).toBeLessThanOrEqual(calls);
        expect(stored.length).toBeLessThanOrEqual(61);
      }),
      { numRuns: 300 },
    );
  });

  it("counts no call twice or not at all when the clocks of servers differ", () => {
    const ahead = new RateWindow({ period: "minute" }, [], start + 30_000);
    ahead.take();
    const behind = new RateWindow({ period: "minute" }, ahead.slices, start);
    expect(behind.fullUntil(1)).not.toBeNull();
    behind.take();
    expect(behind.slices).toEqual([[(start + 30_000) / 1000, 2]]);
  });

  it("holds a rate that was lowered against what was called under the old one", () => {
    const window = new RateWindow({ period: "minute" }, [[start / 1000, 5], [start / 1000 + 10, 3]], start + 20_000);
    expect(window.fullUntil(8)).toEqual(new Date(start + 61_000));
    expect(window.fullUntil(3)).toEqual(new Date(start + 71_000));
    expect(window.fullUntil(9)).toBeNull();
  });
});

describe("the rates of a tool", () => {
  const row = (tool: string, rate: string | null) => ({ tool, rate });

  it("are those of all rows that match it, the narrowest where levels name the same tools, however they spell them", () => {
    const rows = [row("crm/*", "100/hour"), row("crm.*", "50/hour"), row("crm.*", "5/minute"), row("*", "9/day"), row("mail.send", "1/hour"), row("crm.read", null)];
    expect(rateLimits(rows, "crm.read")).toEqual([
      { tool: "crm.*", calls: 50, period: "hour" },
      { tool: "crm.*", calls: 5, period: "minute" },
      { tool: "*", calls: 9, period: "day" },
    ]);
    expect(rateLimits(rows, "crm/read")).toEqual(rateLimits(rows, "crm.read"));
  });

  it("are none where no row says any, and an error where one cannot be read", () => {
    expect(rateLimits([row("crm.*", null)], "crm.read")).toEqual([]);
    expect(() => rateLimits([row("crm.*", "lots")], "crm.read")).toThrow("cannot be read");
  });
});
