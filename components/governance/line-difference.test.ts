import fc from "fast-check";
import { expect, it } from "vitest";
import { lineDifference, type Line } from "./line-difference";

const side = (lines: readonly Line[], without: Line["kind"]) => lines.filter(({ kind }) => kind !== without).map(({ text }) => text).join("\n");

it("keeps what both have and names what came and went, with its line", () => {
  expect(lineDifference("a\nb\nc\nd", "a\nc\nx\nd")).toEqual([
    { kind: "same", text: "a", number: 1 },
    { kind: "removed", text: "b", number: 2 },
    { kind: "same", text: "c", number: 2 },
    { kind: "added", text: "x", number: 3 },
    { kind: "same", text: "d", number: 4 },
  ]);
});

it("gives both texts back, whatever they are", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 20 }).map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = lineDifference(before, after);
      expect(side(lines, "added")).toBe(before);
      expect(side(lines, "removed")).toBe(after);
    }),
  );
});

it("tells two long texts without a line in common apart as a whole", () => {
  const [before, after] = ["b", "a"].map((letter) => Array.from({ length: 5_000 }, (_, at) => `${letter}${at}`).join("\n"));
  const lines = lineDifference(before ?? "", after ?? "");
  expect(lines.slice(0, 5_000).every(({ kind }) => kind === "removed")).toBe(true);
  expect(side(lines, "removed")).toBe(after);
});
