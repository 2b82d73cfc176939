// What passes for something else. After Unicode Technical Standard 39 (confusables) and Technical Report 36.

/** Letters of other alphabets that pass for Latin ones, by alphabet; in the order of `latin` below. */
const alphabets = {
  Cyrillic: ["аеорсухіјѕԛԝһԁӏвкмтнАВЕКМНОРСТУХІЈЅԚԜҺӀ", "aeopcyxijsqwhdlbkmthABEKMHOPCTYXIJSQWhl"],
  Greek: ["οανρυικτχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oavpuiktxABEZHIKMNOPTYX"],
  Armenian: ["օսոհցՕՍԼ", "ouhhgOUL"],
} as const;

const letters = new Map(Object.values(alphabets).flatMap(([foreign, latin]) => [...foreign].map((letter, at) => [letter, latin[at] ?? ""] as const)));
const doubles = Object.entries(alphabets).map(([name, [foreign, latin]]) => ({
  name,
  /** A letter that can only be of this alphabet. */
  own: new RegExp(`[\\p{Script=${name}}--[${foreign}]]`, "v"),
  latin: new Set(latin),
}));

/** Signs and Latin letters that pass for ASCII ones. Those that honest writing needs (dashes, quotes, ellipses) are not here. */
const signs = new Map(
  Object.entries({ "-": "‐‑‒−﹣－", ".": "․ꓸ．﹒", "/": "⁄∕⧸／", "\\": "∖⧵＼", ":": "∶꞉։׃ː﹕", "*": "⁎∗＊", "!": "ǃ", "|": "∣ǀ｜ӏ", ",": "‚", "=": "＝꞊", "+": "＋", "@": "＠﹫", "#": "＃", "$": "＄", "%": "％", "&": "＆", "<": "＜˂", ">": "＞˃", "_": "＿", "~": "∼～", "'": "＇ʹʼ", "\"": "＂ʺ", "`": "｀", a: "ɑ", g: "ɡ", v: "ᴠ", w: "ᴡ", z: "ᴢ", o: "ᴏ", c: "ᴄ", s: "ꜱ" }).flatMap(([plain, others]) =>
    [...others].map((other) => [other, plain] as const),
  ),
);

/** The ASCII character that a letter of another alphabet passes for; undefined for all others. */
export function latinLike(letter: string): string | undefined {
  return letters.get(letter);
}

/** The ASCII character for which a sign, a wide or a mathematical letter passes; undefined for all others. */
export function asciiLike(character: string): string | undefined {
  const known = signs.get(character);
  if (known !== undefined) return known;
  // Wide letters and digits, and the mathematical alphabets: the same to read, others to compare.
  if (!/[\u{ff10}-\u{ff5a}\u{1d400}-\u{1d7ff}\u{2100}-\u{214f}\u{2160}-\u{217f}\u{1f130}-\u{1f149}\u017f]/u.test(character)) return undefined;
  const plain = character.normalize("NFKC");
  return /^[A-Za-z0-9]$/.test(plain) && plain !== character ? plain : undefined;
}

/** Alphabets of which a text may be written, and those that hardly any is but many of whose letters pass for others. */
const common = ["Latin", "Cyrillic", "Greek", "Armenian", "Arabic", "Hebrew", "Devanagari", "Bengali", "Thai", "Georgian", "Ethiopic"];
const rare = ["Cherokee", "Coptic", "Lisu", "Tifinagh", "Gothic", "Deseret", "Osage", "Ogham", "Runic", "Carian", "Lycian", "Lydian", "Old_Italic", "Elbasan", "Warang_Citi"];
const scripts = [...common, ...rare].map((name) => ({ name, pattern: new RegExp(`\\p{Script=${name}}`, "u") }));

/** The alphabet of a letter, as far as it can be taken for another; undefined for all others. */
export function alphabetOf(letter: string): string | undefined {
  return scripts.find(({ pattern }) => pattern.test(letter))?.name;
}

/** Whether hardly anybody writes in an alphabet. */
export function isRareAlphabet(alphabet: string): boolean {
  return rare.includes(alphabet);
}

/** The alphabet other than Latin in which a text is plainly written, since it has letters that pass for no Latin ones. */
export function foreignAlphabet(text: string): string | undefined {
  return doubles.find(({ own }) => own.test(text))?.name;
}

/** Whether a Latin letter, with or without its accents, passes for one of an alphabet. */
export function passesFor(letter: string, alphabet: string): boolean {
  return doubles.find(({ name }) => name === alphabet)?.latin.has(letter.normalize("NFD").slice(0, 1)) ?? false;
}
