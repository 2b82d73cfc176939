import fc from "fast-check";
import { expect, test } from "vitest";
import { keeps, median, percentile, summarize } from "./statistics";

test("the median is the middle, or the mean of the two in the middle", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([7])).toBe(7);
  expect(() => median([])).toThrow("the median of nothing");
});

test("a percentile is one of the values, and as many as it says do not exceed it", () => {
  expect(percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 50)).toBe(5);
  expect(percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 99)).toBe(10);
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.integer({ min: 0, max: 100 }), (values, percent) => {
      const found = percentile(values, percent);
      expect(values).toContain(found);
      expect(values.filter((value) => value <= found).length).toBeGreaterThanOrEqual((percent / 100) * values.length);
    }),
  );
});

test("the ratio is taken within each round, so that a slow minute of the machine slows both sides", () => {
  const result = summarize([
    { ours: 200, beside: 100 },
    { ours: 20, beside: 10 },
    { ours: 2100, beside: 1000 },
  ]);
  expect(result).toEqual({ ours: 200, beside: 100, ratio: 2, spread: [2, 2.1] });
});

test("a target bounds the ratio, or our own figure, from its side", () => {
  const figures = { ours: 40, ratio: 1.6 };
  expect(keeps({ atLeast: 1.6 }, figures)).toBe(true);
  expect(keeps({ atLeast: 1.7 }, figures)).toBe(false);
  expect(keeps({ atMost: 1.5 }, figures)).toBe(false);
  expect(keeps({ atMost: 50, of: "ours" }, figures)).toBe(true);
  expect(keeps({ atMost: 39, of: "ours" }, figures)).toBe(false);
  expect(keeps(null, figures)).toBe(true);
});
