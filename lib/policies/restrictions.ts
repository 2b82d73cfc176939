import { z } from "zod";
import { rateShape } from "./rate";

export const maxPatterns = 50;

/** Null: not restricted. An empty list: nothing at all. */
export function restriction<Pattern extends z.ZodType<string, string>>(pattern: Pattern) {
  return z.array(pattern).max(maxPatterns, `at most ${maxPatterns} of them`).nullable().default(null);
}

/** At most so many calls in any minute, hour or day: `100/hour`. */
export const rateText = z
  .string()
  .trim()
  .regex(rateShape, "is a number of calls and a period, as in 100/hour: from 1 to 999999 for each minute, hour or day");

/**
 * A path or a glob of paths in normal form: `*` stands for any characters, `/` included. The form is as narrow as what it is
 * compared with, so that nobody writes a row that reads like a rule and never matches: no `..` or `.`, nothing encoded, no
 * backslash, no empty part. Letters count as they are written.
 */
export const pathGlob = z
  .string()
  .trim()
  .min(1, "must not be empty")
  .max(256, "must be at most 256 characters")
  .refine((path) => path === path.normalize("NFC") && !/[\p{C}\p{Zl}\p{Zp}]/u.test(path), "has control or invisible characters; remove them")
  .refine((path) => !/[%\\?#[\]{}]/.test(path), "must be a plain path: no %, \\, ?, #, brackets or braces")
  .refine((path) => !path.includes("**"), "** is not a form that is known; one * stands for any characters, / included")
  .refine((path) => !path.split("/").some((part) => part === "." || part === ".."), "must not have . or .. as a part")
  .refine((path) => !/(?:[^./]\.+| )(?:\/|$)/.test(path), "must not have a part that ends with a dot or a space")
  .refine((path) => !/\/\/|.\/$/.test(path), "must not have an empty part; write data/* for everything in data");

/** A host or, with `*.` before it, the hosts one label below it. What has other letters is kept in the form that is sent (xn--…). */
export const domainPattern = z
  .string()
  .trim()
  .transform((text) => asciiHost(text))
  .pipe(
    z
      .string()
      .max(253, "must be at most 253 characters")
      .regex(/^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/, "must be a domain such as api.example.com, or *.example.com for one label below it; no address, port or path"),
  );

/** What is done with the tool, in lower case; it is compared without regard to case. */
export const operationWord = z
  .string()
  .trim()
  .toLowerCase()
  .max(64, "must be at most 64 characters")
  .regex(/^[a-z0-9_.-]+$/, "must be a word such as read or delete");

/** Lower case and punycode where the text is a host; otherwise as it is, for the pattern to refuse. */
function asciiHost(text: string): string {
  const star = text.startsWith("*.") ? "*." : "";
  const host = text.slice(star.length);
  if (/^[\x21-\x7e]*$/.test(host)) return star + host.toLowerCase();
  if (/[\s/:@?#\\%*[\]]/.test(host)) return text;
  try {
    return star + new URL(`http://${host}`).hostname;
  } catch {
    return text;
  }
}
