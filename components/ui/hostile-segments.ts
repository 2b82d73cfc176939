import { characterName, codePoint } from "./character-names";
import { alphabetOf, asciiLike, foreignAlphabet, isRareAlphabet, latinLike, passesFor } from "./look-alikes";

/** A piece of text somebody else controls: shown as it is, or shown for what it is. `source` is what it stands for. */
export type Segment =
  | { kind: "text"; source: string }
  /** Its own line within text of the other direction, so that it moves nothing beside it. */
  | { kind: "rtl"; source: string }
  /** White space that keeps its width, with a faint mark. */
  | { kind: "blank"; label: string; name: string; source: string }
  /** Shown as `label` in the place of what it stands for. */
  | { kind: "chip"; label: string; name: string; source: string };

// CSI (ESC [ … letter) and two-character escapes, of which ESC ] begins a title or a link: ECMA-48, sections 5.3–5.6.
const ansi = "\\u001b(?:\\[[0-?]*[ -\\/]*[@-~]|[ -\\/]*[0-~])?";
// Everything that is invisible, moves other text or passes for a plain space. \p{Cf} also holds the tag characters, in which
// whole hidden sentences can be written; \p{Co} and \p{Cn} have no agreed shape. Our own marks are not for others to write.
const odd = "[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cn}\\p{Cs}\\p{Zl}\\p{Zp}\\u034f\\u115f\\u1160\\u2800\\u3164\\uffa0\\ufffd\\u27e8\\u27e9\\u21e5\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}[\\p{Zs}--\\u0020]]";
const rtl = "[[\\p{Script=Arabic}\\p{Script=Hebrew}\\p{Script=Syriac}\\p{Script=Thaana}\\p{Script=Nko}]--\\p{M}]\\p{M}{0,3}";
const tokens = new RegExp(
  // A joiner or selector that only shapes an emoji is left to do so, in the sequences that are agreed upon.
  `(?<emoji>(?=[^\\u0000-\\u00ff])\\p{RGI_Emoji})|(?<ansi>${ansi})|(?<spaces> +)|(?<lines>\\n+)|(?<odd>${odd})|(?<rtl>${rtl}(?: ?${rtl})*)|(?<word>[[\\p{L}\\p{M}\\p{Nd}]--${odd}]+)|(?<sign>[^\\u0000-\\u007f])`,
  "gv",
);

const WIDEST_GAP = 40;
const WIDEST_INDENT = 200;
const MOST_EMPTY_LINES = 10;
const MOST_MARKS = 2;

/**
 * Splits text so that nothing in it can hide, act or pass for something else: terminal escapes, control characters,
 * bidirectional overrides, zero-width and look-alike characters, floods of marks and spaces that cannot be seen become chips
 * that name them. Two different texts never show alike. See Unicode TR36 and UTS39. Joining the sources gives the text back.
 *
 * @param inline one line within other text: tabs and line feeds become chips as well, and spaces that would collapse.
 */
export function segmentHostile(text: string, inline = false): Segment[] {
  const segments: Segment[] = [];
  const add = (segment: Segment) => {
    const last = segments.at(-1);
    if (segment.kind === "text" && last?.kind === "text") last.source += segment.source;
    else if (segment.source !== "") segments.push(segment);
  };
  const plain = (source: string) => add({ kind: "text", source });
  const foreign = foreignAlphabet(text);
  let from = 0;
  for (const match of text.matchAll(tokens)) {
    const [found] = match;
    plain(text.slice(from, match.index));
    from = match.index + found.length;
    const groups = match.groups ?? {};
    if (groups.emoji !== undefined) plain(found);
    else if (groups.ansi !== undefined) add(chip(found, `ESC${found.slice(1)}`, "terminal escape sequence"));
    else if (groups.spaces !== undefined) add(spaces(found, text, match.index, inline));
    else if (groups.lines !== undefined) for (const segment of lines(found, inline)) add(segment);
    else if (groups.odd !== undefined) add(!inline && found === "\t" ? { kind: "blank", label: "⇥", name: "tab", source: found } : character(found));
    else if (groups.rtl !== undefined) for (const segment of rightToLeft(found)) add(segment);
    else if (foreign === undefined && /^[\u0020-\u007e]*$/.test(found)) plain(found);
    else for (const segment of word(found, foreign)) add(segment);
  }
  plain(text.slice(from));
  return segments;
}

function chip(source: string, label: string, name: string): Segment {
  return { kind: "chip", label, name, source };
}

const shortNames: Record<string, string> = { "\n": "LF", "\r": "CR", "\t": "TAB" };

function character(source: string): Segment {
  return chip(source, shortNames[source] ?? codePoint(source), characterName(source));
}

/** Spaces that end a line cannot be seen, and many in a row push what follows out of sight. */
function spaces(source: string, text: string, at: number, inline: boolean): Segment {
  const before = text[at - 1];
  const after = text[at + source.length];
  const begins = before === undefined || before === "\n";
  const ends = after === undefined || after === "\n" || after === "\r";
  const isPlain = inline ? source.length === 1 && before !== undefined && after !== undefined : !ends && source.length <= (begins ? WIDEST_INDENT : WIDEST_GAP);
  if (isPlain) return { kind: "text", source };
  return chip(source, source.length === 1 ? "SP" : `SP×${source.length}`, source.length === 1 ? "space" : `${source.length} spaces`);
}

function lines(source: string, inline: boolean): Segment[] {
  if (inline && source.length <= MOST_MARKS) return [...source].map(character);
  if (inline) return [chip(source, `LF×${source.length}`, `${source.length} line feeds`)];
  if (source.length <= MOST_EMPTY_LINES) return [{ kind: "text", source }];
  return [chip(source.slice(1), `LF×${source.length - 1}`, `${source.length - 1} line feeds`), { kind: "text", source: "\n" }];
}

/** A word or sign, letter by letter where it is not what it seems. `foreign`: the alphabet of which the text plainly is. */
function word(source: string, foreign: string | undefined): Segment[] {
  const letters = [...source];
  const alphabets = new Set(letters.map(alphabetOf).filter((alphabet) => alphabet !== undefined));
  const own = alphabets.has("Latin") ? "Latin" : alphabets.size === 1 ? [...alphabets][0] : undefined;
  const bare = letters.filter((letter) => /\p{L}/u.test(letter) && alphabetOf(letter) !== undefined);
  if (passes(bare, own, foreign)) {
    // Read as one alphabet and written in another.
    if (bare.length === letters.length) return [chip(source, `${source} ${own}`, `looks like another word, but its letters are ${own}`)];
    return letters.map((letter) => (bare.includes(letter) ? chip(letter, `${letter} ${codePoint(letter)}`, `${own} letter`) : /\p{M}/u.test(letter) ? character(letter) : single(letter, own, source)));
  }
  const segments: Segment[] = [];
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? "";
    if (!/\p{M}/u.test(letter)) {
      segments.push(single(letter, own, source));
      continue;
    }
    const marks = /^\p{M}+/u.exec(letters.slice(at).join(""))?.[0] ?? letter;
    segments.push(...combining(letters[at - 1] ?? "", marks));
    at += [...marks].length - 1;
  }
  const composes = source.normalize("NFC") !== source && segments.every((segment) => segment.kind === "text");
  return composes ? letters.map(character) : segments;
}

/** Whether all letters of a word pass for those of another alphabet: for Latin ones, or in a foreign text for its own. */
function passes(letters: readonly string[], own: string | undefined, foreign: string | undefined): boolean {
  if (letters.length === 0 || own === undefined || own === foreign) return false;
  if (own === "Latin") return foreign !== undefined && letters.every((letter) => passesFor(letter, foreign));
  return letters.every((letter) => latinLike(letter) !== undefined);
}

/** One letter, digit or sign of a word whose alphabet is `own`; undefined where it has none or several. */
function single(letter: string, own: string | undefined, inWord: string): Segment {
  const alphabet = alphabetOf(letter);
  const alike = asciiLike(letter);
  const named = (name: string) => chip(letter, `${letter} ${codePoint(letter)}`, name);
  if (letter.normalize("NFC") !== letter) return character(letter);
  if (alike !== undefined) return named(`looks like "${alike}"`);
  if (alphabet !== undefined && isRareAlphabet(alphabet)) return named(`${alphabet} letter`);
  if (alphabet !== undefined && alphabet !== own) return named(own === undefined ? `${alphabet} letter among others` : `${alphabet} letter in a ${own} word`);
  if (/(?![0-9])\p{Nd}/u.test(letter) && /[A-Za-z0-9]/.test(inWord)) return named("digit of another script");
  return { kind: "text", source: letter };
}

/** Arabic, Hebrew and their like; letter by letter where it is written in a second form that looks the same. */
function rightToLeft(source: string): Segment[] {
  if (source.normalize("NFKC") === source) return [{ kind: "rtl", source }];
  return [...source].map((letter) => (letter.normalize("NFKC") === letter && !/\p{M}/u.test(letter) ? { kind: "rtl", source: letter } : character(letter)));
}

/** Marks over letters, of which a few are writing and many cover what is around them. */
function combining(base: string, marks: string): Segment[] {
  const composes = (base + marks).normalize("NFC") !== base + marks;
  const isWriting = base !== "" && !composes && !/\p{Me}/u.test(marks) && [...marks].length <= MOST_MARKS;
  if (isWriting) return [{ kind: "text", source: marks }];
  const runs = [...marks.matchAll(/(.)\1*/gsu)].map(([run, mark = ""]) => ({ mark, count: [...run].length }));
  const label = runs.map(({ mark, count }) => (count > 1 ? `${codePoint(mark)}×${count}` : codePoint(mark))).join(" ");
  return [chip(marks, label, [...marks].length === 1 ? "combining mark" : `${[...marks].length} combining marks`)];
}
