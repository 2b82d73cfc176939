import fc from "fast-check";
import { describe, expect, it } from "vitest";
import path from "node:path";
import { isSafeFileName, nameUsedAsFolder } from "./names";

describe("a file name", () => {
  it.each(["expenses.csv", "Bericht März.xlsx", "in/2024/q1.json", "a", "日本語.txt", "report (2).pdf", "a..b"])("may be %j", (name) => {
    expect(isSafeFileName(name)).toBe(true);
  });

  it.each([
    "", ".", "..", "../x", "a/../b", "/etc/passwd", "a//b", "a/", ".bashrc", "a/.git", "-rf", "a/-x", "a\\b", "C:x", "a\0b", "a\nb",
    "\u202Egpj.exe", "a\u200Bb", "\uFEFFa", "a\u00A0b", "e\u0301.txt", "a ", " a", "a.", "a|b", "a/b/c/d/e", "x".repeat(256), "ä".repeat(128), "\uD800",
  ])("may not be %j", (name) => {
    expect(isSafeFileName(name)).toBe(false);
  });

  it("that is accepted always stays below its folder", () => {
    const piece = fc.oneof(fc.constantFrom("..", ".", "/", "\\", "\0", "a", "-", "~", " "), fc.string({ unit: "binary", maxLength: 4 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const name = pieces.join("");
        fc.pre(isSafeFileName(name));
        expect(path.posix.join("/work/out", name)).toBe(`/work/out/${name}`);
      }),
      { numRuns: 500 },
    );
  });
});

describe("names that lie side by side", () => {
  it("are not also folders of one another", () => {
    expect(nameUsedAsFolder(["a", "b/c", "b/d", "ab/c"])).toBeNull();
    expect(nameUsedAsFolder(["a/b/c", "x", "a/b"])).toBe("a/b");
    expect(nameUsedAsFolder(["a", "a/b"])).toBe("a");
  });
});
