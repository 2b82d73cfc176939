import { z } from "zod";

const MAX_PATH_BYTES = 255;
const MAX_SEGMENTS = 4;

// Controls, format characters (bidi overrides, zero-width), lone surrogates, private use,
// unassigned, and line or paragraph separators: a name a person reads must be the name that is stored.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;

// No spaces but U+0020: the others look like it.
const ODD_SPACE = /[^\P{Zs} ]/u;

// What a shell, a spreadsheet's file dialog or Windows would read as something else than a name.
const RESERVED = /[\\:*?"<>|]/;

/**
 * Says whether `name` may name a file that goes into a sandbox or comes out of one: a relative path of at most
 * four segments and 255 bytes in UTF-8, NFC, without `..`, hidden or option-like segments (a leading dot or dash),
 * control, bidi or private characters, backslashes, or spaces and dots at a segment's ends.
 */
export function isSafeFileName(name: string): boolean {
  if (name === "" || Buffer.byteLength(name, "utf8") > MAX_PATH_BYTES) return false;
  if (INVISIBLE.test(name) || ODD_SPACE.test(name) || RESERVED.test(name)) return false;
  if (name.normalize("NFC") !== name) return false;
  const segments = name.split("/");
  return segments.length <= MAX_SEGMENTS && segments.every(isSafeSegment);
}

function isSafeSegment(segment: string): boolean {
  return segment !== "" && segment === segment.trim() && !/^[.\-~]|\.$/.test(segment);
}

/** The first of these names, taken as given, that another one uses as a folder; null when all can lie side by side. */
export function nameUsedAsFolder(names: readonly string[]): string | null {
  const folders = new Set(names.flatMap((name) => name.split("/").map((_, depth, parts) => parts.slice(0, depth).join("/"))));
  return names.find((name) => folders.has(name)) ?? null;
}

/** A file name as `isSafeFileName` wants it. */
export const SafeFileName = z.string().refine(isSafeFileName, {
  message: "use a plain relative file name: no '..', no leading dot or dash, no control characters",
});
