import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Segment, segmentHostile } from "./hostile-segments";

const shown = (segments: Segment[]) =>
  segments.map((segment) => (segment.kind === "chip" ? `⟨${segment.label}⟩` : segment.text)).join("");

describe("segmentHostile", () => {
  it("leaves honest text alone, in any one alphabet", () => {
    for (const text of ["Send the Q3 report to finance@example.com", "Привет, мир", "日本語のテキスト", "café naïve", "<b>not bold</b>", "a\n\tb", "价格 price", "👩🏽‍💻 ❤️ 👨‍👩‍👧"]) {
      expect(segmentHostile(text)).toEqual([{ kind: "text", text }]);
    }
  });

  it("names a bidirectional override instead of obeying it", () => {
    expect(segmentHostile("invoice\u202Efdp.exe")).toEqual([
      { kind: "text", text: "invoice" },
      { kind: "chip", label: "U+202E", name: "right-to-left override" },
      { kind: "text", text: "fdp.exe" },
    ]);
  });

  it("shows a terminal escape sequence as one chip", () => {
    expect(shown(segmentHostile("\u001b[31mred\u001b[0m"))).toBe("⟨ESC[31m⟩red⟨ESC[0m⟩");
    expect(shown(segmentHostile("\u001b]8;;https://evil.example\u0007click"))).toBe("⟨ESC]8;;https://evil.example⟨U+0007⟩⟩click");
    expect(shown(segmentHostile("end \u001b"))).toBe("end ⟨ESC⟩");
  });

  it("shows zero-width, look-alike and tag characters", () => {
    expect(shown(segmentHostile("ab\u3164cd"))).toBe("ab⟨U+3164⟩cd");
    expect(shown(segmentHostile("pay\u200Bpal\u00A0now"))).toBe("pay⟨U+200B⟩pal⟨U+00A0⟩now");
    expect(segmentHostile("\u{E0041}")).toEqual([{ kind: "chip", label: "U+E0041", name: 'hidden tag character "A"' }]);
    expect(shown(segmentHostile("a\u200Db x\uFE0Fy"))).toBe("a⟨U+200D⟩b x⟨U+FE0F⟩y");
    expect(shown(segmentHostile("ok\rpwned"))).toBe("ok⟨CR⟩pwned");
  });

  it("marks a word that mixes alphabets", () => {
    expect(segmentHostile("open pаypal")).toEqual([
      { kind: "text", text: "open " },
      { kind: "mixed", text: "pаypal", scripts: ["Latin", "Cyrillic"] },
    ]);
  });

  it("shows line feeds and tabs only where they cannot keep their place", () => {
    expect(shown(segmentHostile("a\n\tb", true))).toBe("a⟨LF⟩⟨TAB⟩b");
    expect(shown(segmentHostile("a\n\tb"))).toBe("a\n\tb");
  });

  it("never lets a control, format or separator character through as text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        for (const segment of segmentHostile(text)) {
          if (segment.kind !== "chip") expect(segment.text).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}\u0000-\u0008\u000b-\u001f\u007f-\u009f]/u);
        }
      }),
    );
  });

  it("keeps every visible character in its place", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "б", " ", "\u202e", "\u001b", "[", "m", "\n", "é") }), (text) => {
        const kept = segmentHostile(text).flatMap((segment) => (segment.kind === "chip" ? [] : [segment.text])).join("");
        const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[ -/]*[0-~])?/g;
        expect(kept).toBe(text.replace(escapes, "").replaceAll("\u202e", ""));
      }),
    );
  });
});
