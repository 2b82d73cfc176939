import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalizePath } from "./path";

describe("a path", () => {
  it.each([
    ["/reports/may.csv", "/reports/may.csv"],
    ["/reports//./may.csv/", "/reports/may.csv"],
    ["reports/may.csv", "reports/may.csv"],
    ["/", "/"],
    [".", "."],
    ["/e\u0301te\u0301", "/\u00e9t\u00e9"],
    ["/a.b/..c/c", "/a.b/..c/c"],
  ])("%j is compared as %j", (text, path) => {
    expect(normalizePath(text)).toEqual({ ok: true, path });
  });

  it.each([
    "../etc/passwd", "/reports/../etc", "/reports/..", "/a/.../b", "/a%2f..%2fb", "/a/%2e%2e/b", "/a/%252e/b".replace("%25", "%"), "\\\\host\\share", "/a\\..\\b",
    "C:/windows", "file:///etc/passwd", "~/x", "~root/x", "/a\0b", "/a\u202Eb", "/a/\uFF0E\uFF0E/b", "/a\u2215b", "/finance./pay.csv", "/finance /pay.csv", "/finance/pay.csv.", "/finance/pay.csv\u00a0/x", "/finance/pay.csv::$DATA", "", " ", " /a", "/a\n", `/${"a".repeat(5_000)}`,
  ])("%j is refused", (text) => {
    expect(normalizePath(text)).toMatchObject({ ok: false });
  });

  it("never leads out of where it begins, and is in that form already once it is in it", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "..", ".", "", "%2e", "\u2025", "b c", "~", "\uFF0E")), fc.boolean(), (parts, absolute) => {
        const read = normalizePath((absolute ? "/" : "") + parts.join("/"));
        if (!read.ok) return;
        expect(read.path.split("/")).not.toContain("..");
        expect(normalizePath(read.path)).toEqual(read);
      }),
    );
  });
});
