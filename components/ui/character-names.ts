const names: Record<number, string> = {
  0x00: "null", 0x07: "bell", 0x08: "backspace", 0x09: "tab", 0x0a: "line feed", 0x0b: "vertical tab", 0x0c: "form feed",
  0x0d: "carriage return", 0x1b: "escape", 0x20: "space", 0x7f: "delete", 0x85: "next line", 0xa0: "no-break space", 0xad: "soft hyphen",
  0x034f: "combining grapheme joiner", 0x061c: "Arabic letter mark", 0x115f: "Hangul filler", 0x1160: "Hangul filler",
  0x1680: "Ogham space", 0x180e: "Mongolian vowel separator", 0x200b: "zero width space", 0x200c: "zero width non-joiner",
  0x200d: "zero width joiner", 0x200e: "left-to-right mark", 0x200f: "right-to-left mark", 0x2028: "line separator",
  0x2029: "paragraph separator", 0x202a: "left-to-right embedding", 0x202b: "right-to-left embedding",
  0x202c: "pop directional formatting", 0x202d: "left-to-right override", 0x202e: "right-to-left override",
  0x2060: "word joiner", 0x2066: "left-to-right isolate", 0x2067: "right-to-left isolate", 0x2068: "first strong isolate",
  0x2069: "pop directional isolate", 0x27e8: "angle bracket", 0x27e9: "angle bracket", 0x21e5: "arrow to bar", 0x2800: "blank Braille pattern",
  0x3000: "ideographic space", 0x3164: "Hangul filler", 0xfeff: "byte order mark", 0xfffd: "replacement character", 0xffa0: "Hangul filler",
};

/** What one character is, in words. */
export function characterName(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const known = names[code];
  if (known !== undefined) return known;
  if (code >= 0xe0020 && code <= 0xe007e) return `hidden tag character "${String.fromCharCode(code - 0xe0000)}"`;
  if (/\p{Cc}/u.test(character)) return "control character";
  if (/\p{Zs}/u.test(character)) return "unusual space";
  if (/\p{Cs}/u.test(character)) return "half of a character";
  if (/\p{M}/u.test(character)) return "combining mark";
  if (character.normalize("NFC") !== character) return "second form of another character";
  return "invisible character";
}

/** "U+202E" */
export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
