import { expect, it } from "vitest";
import { auditQuota } from "./quota";

it("lets so many a minute through for each name, and tells how many it held back", () => {
  const quota = auditQuota(2);
  expect([0, 1, 2, 3].map((at) => quota.take("a", at))).toEqual([0, 0, null, null]);
  expect(quota.take("b", 4)).toBe(0);
  expect([60_000, 60_001].map((at) => quota.take("a", at))).toEqual([2, 0]);
  expect(quota.take("a", 60_002)).toBeNull();
});

it("does not hold back what could not be written", () => {
  const quota = auditQuota(1);
  quota.take("a", 0);
  quota.forget("a");
  expect(quota.take("a", 1)).toBe(0);
});
