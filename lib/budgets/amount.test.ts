import { expect, it } from "vitest";
import { formatAmount } from "./amount";

it.each([
  [0, "USD 0.00"],
  [1, "USD 0.000001"],
  [1_250_000, "USD 1.25"],
  [10_000, "USD 0.01"],
  [123_456_789_100_000, "USD 123456789.10"],
  [-500_000, "−USD 0.50"],
])("writes %i micro-units as %s", (micros, text) => {
  expect(formatAmount(micros, "USD")).toBe(text);
});
