import { expect, it } from "vitest";
import { indentationAt, lineRange, shiftLines } from "./code-text";

const text = "permit (\n  principal,\n\n    action\n);";

it("finds a line, and the last one for a line that is not there", () => {
  const lines = text.split("\n");
  for (const [at, line] of lines.entries()) expect(text.slice(...lineRange(text, at + 1))).toBe(line);
  expect(text.slice(...lineRange(text, 99))).toBe(");");
  expect(lineRange("", 1)).toEqual([0, 0]);
});

it("begins a new line as far in as the one before", () => {
  expect(indentationAt(text, text.indexOf("action") + 3)).toBe("    ");
  expect(indentationAt(text, text.indexOf("  principal") + 1)).toBe(" ");
  expect(indentationAt("", 0)).toBe("");
});

it("moves the lines of a selection, and no other", () => {
  const inner = shiftLines(text, text.indexOf("principal"), text.indexOf("action"), "in");
  expect(inner.text).toBe("    principal,\n\n      action");
  expect(text.slice(inner.from, inner.to)).toBe("  principal,\n\n    action");
  expect(shiftLines(inner.text, 0, inner.text.length, "out").text).toBe("  principal,\n\n    action");
  expect(shiftLines("a\n b", 0, 4, "out").text).toBe("a\nb");
  // A selection that ends where a line begins does not take that line along.
  expect(shiftLines("a\nb", 0, 2, "in")).toEqual({ from: 0, to: 1, text: "  a" });
});
