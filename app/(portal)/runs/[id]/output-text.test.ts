import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { appendBytes, emptyText, type StreamText } from "./output-text";

function grow(parts: readonly Uint8Array[], over = true): StreamText {
  let text = emptyText;
  let next = 0;
  for (const part of parts) {
    next += part.byteLength;
    text = appendBytes(text, { next, missingBytes: 0, base64: Buffer.from(part).toString("base64") }, false);
  }
  return over ? appendBytes(text, { next, missingBytes: 0, base64: "" }, true) : text;
}
const shown = (text: StreamText) => text.blocks.map((block) => block.text).join("") + text.tail;

describe("output on its way into the page", () => {
  it("reads the same however it was cut on the way, in the middle of characters too", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), fc.array(fc.nat(80), { maxLength: 6 }), (content, cuts) => {
        const bytes = Buffer.from(content.toWellFormed(), "utf8");
        const at = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const parts = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        expect(shown(grow(parts))).toBe(bytes.toString("utf8"));
      }),
    );
  });

  it("shows bytes that are no UTF-8 as replacement characters, also at the very end", () => {
    expect(shown(grow([Buffer.from([0x41, 0xff, 0x42]), Buffer.from([0xe2, 0x82])]))).toBe("A\uFFFDB\uFFFD");
  });

  it("keeps the unfinished line apart, so that drawn blocks never change", () => {
    const text = grow([Buffer.from("one\ntw"), Buffer.from("o\nthree")], false);
    expect(text.blocks.map((block) => block.text)).toEqual(["one\n", "two\n"]);
    expect(text.tail).toBe("three");
  });

  it("takes the same bytes once when two readings overlap", () => {
    const first = grow([Buffer.from("a\n")], false);
    expect(appendBytes(first, { next: 2, missingBytes: 0, base64: Buffer.from("a\n").toString("base64") }, false)).toBe(first);
  });

  it("says where bytes never arrived", () => {
    const text = appendBytes(grow([Buffer.from("a\n")], false), { next: 12, missingBytes: 8, base64: Buffer.from("b\n").toString("base64") }, true);
    expect(text.blocks.map((block) => [block.text, block.missingBytes])).toEqual([["a\n", 0], ["b\n", 8]]);
  });

  it("lets go of the oldest of a flood, and counts what it let go of", () => {
    const line = `${"x".repeat(99)}\n`;
    const text = grow([Buffer.from(line.repeat(10_000))], false);
    expect(shown(text).length).toBeLessThanOrEqual(320_000);
    expect(shown(text).length + text.dropped).toBe(1_000_000);
    expect(text.blocks.every((block) => block.text.length <= 20_000 && block.text.endsWith("\n"))).toBe(true);
  });
});
