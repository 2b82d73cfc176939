import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Segment, segmentHostile } from "./hostile-segments";
import { asciiLike, latinLike } from "./look-alikes";

const shown = (segments: Segment[]) =>
  segments.map((segment) => (segment.kind === "chip" ? `⟨${segment.label}⟩` : segment.kind === "blank" ? `${segment.label}${segment.source}` : segment.source)).join("");

/** What an eye makes of it: second forms of one letter are one, look-alikes are what they look like, and no space is seen at a line's end. */
const seen = (text: string) =>
  [...text.normalize("NFC")].map((letter) => asciiLike(letter) ?? latinLike(letter) ?? letter).join("").replace(/ +(?=\n|$)/g, "");

describe("segmentHostile", () => {
  it("leaves honest text alone, in any one alphabet", () => {
    for (const text of ["Send the Q3 report to finance@example.com", "Привет, мир", "Η καλή μέρα", "日本語のテキスト", "Tシャツ", "café naïve — “quoted” … ½ €5 ²", "<b>not bold</b>", "a\n  b", "价格 price", "한국어", "สวัสดี", "नमस्ते", "👩🏽‍💻 ❤️ 👨‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿"]) {
      expect(segmentHostile(text)).toEqual([{ kind: "text", source: text }]);
    }
  });

  it("names a bidirectional override instead of obeying it", () => {
    expect(segmentHostile("invoice\u202Efdp.exe")).toEqual([
      { kind: "text", source: "invoice" },
      { kind: "chip", label: "U+202E", name: "right-to-left override", source: "\u202E" },
      { kind: "text", source: "fdp.exe" },
    ]);
  });

  it("keeps words of the other direction from moving what stands beside them", () => {
    expect(segmentHostile("pay/שלום עולם/12")).toEqual([
      { kind: "text", source: "pay/" },
      { kind: "rtl", source: "שלום עולם" },
      { kind: "text", source: "/12" },
    ]);
  });

  it("shows a terminal escape sequence as one chip", () => {
    expect(shown(segmentHostile("\u001b[31mred\u001b[0m"))).toBe("⟨ESC[31m⟩red⟨ESC[0m⟩");
    expect(shown(segmentHostile("\u001b]8;;https://evil.example\u0007click"))).toBe("⟨ESC]⟩8;;https://evil.example⟨U+0007⟩click");
    expect(shown(segmentHostile("end \u001b"))).toBe("end ⟨ESC⟩");
  });

  it("shows zero-width, look-alike and tag characters", () => {
    expect(shown(segmentHostile("ab\u3164cd"))).toBe("ab⟨U+3164⟩cd");
    expect(shown(segmentHostile("pay\u200Bpal\u00A0now"))).toBe("pay⟨U+200B⟩pal⟨U+00A0⟩now");
    expect(segmentHostile("\u{E0041}")).toEqual([{ kind: "chip", label: "U+E0041", name: 'hidden tag character "A"', source: "\u{E0041}" }]);
    expect(shown(segmentHostile("a\u200Db x\uFE0Fy"))).toBe("a⟨U+200D⟩b x⟨U+FE0F⟩y");
    expect(shown(segmentHostile("ok\rpwned"))).toBe("ok⟨CR⟩pwned");
  });

  it("names each letter that stands in a word of another alphabet", () => {
    expect(segmentHostile("open pаypal")).toEqual([
      { kind: "text", source: "open p" },
      { kind: "chip", label: "а U+0430", name: "Cyrillic letter in a Latin word", source: "а" },
      { kind: "text", source: "ypal" },
    ]);
  });

  it("names the alphabet of a word that passes for a Latin one", () => {
    expect(shown(segmentHostile("mail.рауе now"))).toBe("mail.⟨рауе Cyrillic⟩ now");
    expect(shown(segmentHostile("ＡＤＭＩＮ 𝐫𝐨𝐨𝐭 10․0․0․1"))).toBe("⟨Ａ U+FF21⟩⟨Ｄ U+FF24⟩⟨Ｍ U+FF2D⟩⟨Ｉ U+FF29⟩⟨Ｎ U+FF2E⟩ ⟨𝐫 U+1D42B⟩⟨𝐨 U+1D428⟩⟨𝐨 U+1D428⟩⟨𝐭 U+1D42D⟩ 10⟨․ U+2024⟩0⟨․ U+2024⟩0⟨․ U+2024⟩1");
  });

  it("takes the second form of a letter apart from the first, and a flood of marks from the letter", () => {
    expect(shown(segmentHostile("cafe\u0301"))).toBe("cafe⟨U+0301⟩");
    expect(shown(segmentHostile(`x${"\u0335".repeat(400)}y`))).toBe("x⟨U+0335×400⟩y");
    expect(shown(segmentHostile("5 \u212B"))).toBe("5 ⟨U+212B⟩");
  });

  it("shows spaces and line feeds that could not be seen or hide what follows", () => {
    expect(shown(segmentHostile("rm file \nok"))).toBe("rm file⟨SP⟩\nok");
    expect(shown(segmentHostile(`safe()${" ".repeat(900)}evil()`))).toBe("safe()⟨SP×900⟩evil()");
    expect(shown(segmentHostile(`safe()${"\n".repeat(500)}evil()`))).toBe("safe()⟨LF×499⟩\nevil()");
    expect(shown(segmentHostile("a  b", true))).toBe("a⟨SP×2⟩b");
    expect(shown(segmentHostile(`safe()${"\n".repeat(500)}evil()`, true))).toBe("safe()⟨LF×500⟩evil()");
  });

  it("shows line feeds and tabs as such only where they cannot keep their place", () => {
    expect(shown(segmentHostile("a\n\tb", true))).toBe("a⟨LF⟩⟨TAB⟩b");
    expect(shown(segmentHostile("a\n\tb"))).toBe("a\n⇥\tb");
  });

  it("lets nobody write the portal's own marks", () => {
    expect(shown(segmentHostile("⟨U+202E⟩"))).toBe("⟨U+27E8⟩U+202E⟨U+27E9⟩");
  });
});

const nasty = fc.constantFrom(
  "a", "b", "e", "o", "p", "1", " ", "  ", "\n", "\t", "⟨", "⟩", "⇥", "⟨U+202E⟩", "SP", "×", "2", "U+0301", "é", "\u0301", "\u0300", "\u0335", "\u20dd", "а", "е", "о", "р", "с", "Α", "ο", "ж", "я", "я р", "Ａ", "𝐚", "ɑ", "․", ".", "∕", "/", "‐", "-", ";", "\u037e", "\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u00ad", "\u00a0", "\u3000", "\u2028", "\u001b[0m", "\u001b]0;", "\u0007", "\r", "\0", "\u{e0061}", "\ufe0f", "❤️", "👩", "👩‍💻", "ש", "ם", "ا", "\ufe8d", "ﬁ", "日", "ᄀ", "ᅡ", "가", "\ud83d", "\ufffd", "é̈", "５", "٥",
);
const texts = fc.oneof(fc.array(nasty, { maxLength: 8 }).map((parts) => parts.join("")), fc.string({ unit: "binary", maxLength: 12 }));

describe.each([false, true])("whatever is written (inline: %s)", (inline) => {
  it("is shown as another text only if it is another text: no two look alike", () => {
    fc.assert(
      fc.property(texts, texts, (one, other) => {
        if (one === other) return;
        expect(seen(shown(segmentHostile(one, inline)))).not.toBe(seen(shown(segmentHostile(other, inline))));
      }),
      { numRuns: 4_000 },
    );
  });

  it("does not look like itself with one thing put in, taken out or swapped for its double", () => {
    const edit = fc.record({ parts: fc.array(nasty, { minLength: 1, maxLength: 6 }), at: fc.nat(5), other: nasty });
    fc.assert(
      fc.property(edit, ({ parts, at, other }) => {
        const one = parts.join("");
        const place = at % parts.length;
        for (const changed of [parts.with(place, other), parts.toSpliced(place, 0, other), parts.toSpliced(place, 1)]) {
          const two = changed.join("");
          if (two !== one) expect(seen(shown(segmentHostile(two, inline)))).not.toBe(seen(shown(segmentHostile(one, inline))));
        }
      }),
      { numRuns: 4_000 },
    );
  });

  it("is all there: the sources give the text back", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(segmentHostile(text, inline).map((segment) => segment.source).join("")).toBe(text);
      }),
    );
  });

  it("has no control, format or separator character in what is shown as text", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const plain = segmentHostile(text, inline).flatMap((segment) => (segment.kind === "text" || segment.kind === "rtl" ? [segment.source] : [])).join("\n");
        expect(plain.replace(new RegExp("\\p{RGI_Emoji}", "gv"), "")).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}\u0000-\u0008\u000b-\u001f\u007f-\u009f]/u);
      }),
    );
  });
});
