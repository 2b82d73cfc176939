/** A piece of text somebody else controls: shown as it is, or shown for what it is. */
export type Segment =
  | { kind: "text"; text: string }
  | { kind: "chip"; label: string; name: string }
  | { kind: "mixed"; text: string; scripts: string[] };

const names: Record<number, string> = {
  0x00: "null", 0x07: "bell", 0x08: "backspace", 0x09: "tab", 0x0a: "line feed", 0x0b: "vertical tab", 0x0c: "form feed",
  0x0d: "carriage return", 0x1b: "escape", 0x7f: "delete", 0x85: "next line", 0xa0: "no-break space", 0xad: "soft hyphen",
  0x034f: "combining grapheme joiner", 0x061c: "Arabic letter mark", 0x115f: "Hangul filler", 0x1160: "Hangul filler",
  0x1680: "Ogham space", 0x180e: "Mongolian vowel separator", 0x200b: "zero width space", 0x200c: "zero width non-joiner",
  0x200d: "zero width joiner", 0x200e: "left-to-right mark", 0x200f: "right-to-left mark", 0x2028: "line separator",
  0x2029: "paragraph separator", 0x202a: "left-to-right embedding", 0x202b: "right-to-left embedding",
  0x202c: "pop directional formatting", 0x202d: "left-to-right override", 0x202e: "right-to-left override",
  0x2060: "word joiner", 0x2066: "left-to-right isolate", 0x2067: "right-to-left isolate", 0x2068: "first strong isolate",
  0x2069: "pop directional isolate", 0x2800: "blank Braille pattern", 0x3000: "ideographic space", 0x3164: "Hangul filler",
  0xfeff: "byte order mark", 0xfffd: "replacement character", 0xffa0: "Hangul filler",
};

// CSI (ESC [ … letter), OSC (ESC ] … BEL or ESC \) and two-character escapes: ECMA-48, sections 5.3–5.6.
const ansi = "\\u001b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)?|[ -/]*[0-~])?";
// Everything that is invisible, moves other text or passes for a plain space. \p{Cf} also holds the tag
// characters, in which whole hidden sentences can be written; \p{Co} and \p{Cn} have no agreed shape.
// A joiner or selector that only shapes an emoji is left to do so.
const emoji = "[\\p{Extended_Pictographic}\\p{Emoji_Modifier}]\\ufe0f?";
const odd =
  `(?!(?<=${emoji})\\u200d(?=\\p{Extended_Pictographic})|(?<=\\p{Emoji})\\ufe0f)(?:` +
  "[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cn}\\p{Cs}\\p{Zl}\\p{Zp}\\u034f\\u115f\\u1160\\u2800\\u3164\\uffa0\\ufffd]|(?! )\\p{Zs}|[\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}])";
const tokens = new RegExp(`(?<ansi>${ansi})|(?<odd>${odd})|(?<word>(?:(?!${odd})[\\p{L}\\p{M}])+)`, "gu");

const scripts = ["Latin", "Cyrillic", "Greek", "Armenian", "Cherokee", "Arabic", "Hebrew", "Devanagari", "Thai", "Georgian"].map(
  (name) => ({ name, pattern: new RegExp(`\\p{Script=${name}}`, "u") }),
);

/**
 * Splits text so that nothing in it can hide or act: terminal escapes, control characters,
 * bidirectional overrides, zero-width and look-alike spaces become chips that name them, and
 * a word that mixes alphabets (a Cyrillic "а" in "pаypal") is marked. See Unicode TR36 and TR39.
 * Joining the segments' sources gives the input back; nothing is dropped.
 *
 * @param inline also show tabs and line feeds as chips; otherwise they stay what they are.
 */
export function segmentHostile(text: string, inline = false): Segment[] {
  const segments: Segment[] = [];
  let plainFrom = 0;
  const push = (segment: Segment, from: number, to: number) => {
    if (from > plainFrom) segments.push({ kind: "text", text: text.slice(plainFrom, from) });
    segments.push(segment);
    plainFrom = to;
  };
  for (const match of text.matchAll(tokens)) {
    const [found] = match;
    const end = match.index + found.length;
    if (match.groups?.ansi !== undefined) {
      push({ kind: "chip", label: `ESC${visible(found.slice(1))}`, name: "terminal escape sequence" }, match.index, end);
    } else if (match.groups?.odd !== undefined) {
      if (!inline && (found === "\n" || found === "\t")) continue;
      push(chip(found), match.index, end);
    } else {
      const used = scripts.filter(({ pattern }) => pattern.test(found)).map(({ name }) => name);
      if (used.length > 1) push({ kind: "mixed", text: found, scripts: used }, match.index, end);
    }
  }
  if (plainFrom < text.length) segments.push({ kind: "text", text: text.slice(plainFrom) });
  return segments;
}

function chip(character: string): Segment {
  const code = character.codePointAt(0) ?? 0;
  const label = code === 0x0a ? "LF" : code === 0x0d ? "CR" : code === 0x09 ? "TAB" : codePoint(code);
  return { kind: "chip", label, name: names[code] ?? describe(character, code) };
}

function describe(character: string, code: number): string {
  if (code >= 0xe0020 && code <= 0xe007e) return `hidden tag character "${String.fromCharCode(code - 0xe0000)}"`;
  if (/\p{Cc}/u.test(character)) return "control character";
  if (/\p{Zs}/u.test(character)) return "unusual space";
  if (/\p{Cs}/u.test(character)) return "half of a character";
  return "invisible character";
}

function visible(sequence: string): string {
  return sequence.replace(/[\p{Cc}\p{Cf}]/gu, (character) => `⟨${codePoint(character.codePointAt(0) ?? 0)}⟩`);
}

function codePoint(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}
