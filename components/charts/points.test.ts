import { expect, it } from "vitest";
import { barsOf, niceTop, shortDay } from "./points";

const day = (...values: number[]) => ({ day: "2026-03-01", values: Object.fromEntries(values.map((value, index) => [`s${index}`, value])) });

it("ends the axis at a round figure that neither a day nor the cap goes beyond", () => {
  expect(niceTop([day(3, 4), day(1)])).toBe(10);
  expect(niceTop([day(1_300_000)])).toBe(2_000_000);
  expect(niceTop([day(10)], 38)).toBe(40);
  expect(niceTop([])).toBe(2);
});

it("stacks the bars of a day without a gap, up to its sum", () => {
  const series = ["s0", "s1"].map((key) => ({ key, label: key }));
  expect(barsOf(day(25, 50), series, 100, 100)).toEqual([{ key: "s0", y: 75, height: 25 }, { key: "s1", y: 25, height: 50 }]);
});

it("writes a day short", () => {
  expect(shortDay("2026-03-01")).toBe("1 Mar");
});
