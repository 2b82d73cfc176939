import { z } from "zod";

// C0, DEL and C1 controls, lone surrogates, and the characters that turn text around or hide in it.
const hidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/u;
const lineBreak = /[\r\n\t\u2028\u2029]/;

/**
 * A name or sentence that people will read: trimmed, NFC, without control, bidirectional or invisible characters.
 * `lines: true` allows line breaks and tabs.
 */
export function cleanText(options: { min?: number; max: number; lines?: boolean }) {
  return z
    .string()
    .transform((text) => text.normalize("NFC").trim())
    .pipe(
      z
        .string()
        .min(options.min ?? 1, options.min === 0 ? undefined : "must not be empty")
        .max(options.max, `must be at most ${options.max} characters`)
        .refine((text) => !hidden.test(text), "has control or invisible characters; remove them")
        .refine((text) => options.lines || !lineBreak.test(text), "must be one line"),
    );
}

/** Integer micro-units of money, from 0 to 9 billion units, which a JSON number holds exactly. */
export const microsSchema = z
  .int("must be a whole number of micro-units (1 unit = 1,000,000)")
  .min(0, "must not be negative")
  .max(9_000_000_000_000_000, "is larger than any budget");
