import { expect, it } from "vitest";
import { decimalAmount, formatAmount } from "./amount";

it.each([
  [0, "$0.00"],
  [1, "$0.000001"],
  [1_250_000, "$1.25"],
  [10_000, "$0.01"],
  [123_456_789_100_000, "$123,456,789.10"],
  [-500_000, "-$0.50"],
])("writes %i micro-units as %s", (micros, text) => {
  expect(formatAmount(micros, "USD")).toBe(text);
});

it("names the currency so that no two are taken for one another, and writes amounts alone for files", () => {
  expect([formatAmount(1_500_000, "EUR"), formatAmount(1_500_000, "CAD"), formatAmount(1_500_000, "CHF")]).toEqual(["€1.50", "CA$1.50", "CHF\u00a01.50"]);
  expect([decimalAmount(1_500_000), decimalAmount(-1), decimalAmount(1_234_000_000)]).toEqual(["1.50", "-0.000001", "1234.00"]);
});
