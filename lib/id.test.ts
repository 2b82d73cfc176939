import { validate, version } from "uuid";
import { expect, test } from "vitest";
import { newId } from "./id";

test("ids are of version 7, all different, and sort in the order in which they were made", () => {
  const ids = Array.from({ length: 10_000 }, newId);
  expect(ids.every((id) => validate(id) && version(id) === 7)).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
});

test("an id says when it was made", () => {
  const before = Date.now();
  const made = Number.parseInt(newId().replace("-", "").slice(0, 12), 16);
  expect(made).toBeGreaterThanOrEqual(before);
});

test("what is random in an id is not repeated", () => {
  // The last 62 bits, of which the counter has none.
  const tails = Array.from({ length: 5_000 }, () => newId().slice(-12));
  expect(new Set(tails).size).toBe(tails.length);
});
