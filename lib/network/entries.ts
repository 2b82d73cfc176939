import { z } from "zod";
import type { NetworkEntry } from "@/db/schema/network";
import { parseRange, rangeText } from "./range";

/** Of one rule, those of VPNs with them. */
export const mostEntries = 500;
const longestName = 80;

/** One range a line, with what it is behind a `#`; empty lines and lines of a comment only are left out. */
export const entriesSchema = (vpn: boolean) =>
  z
    .string()
    .max(mostEntries * 150, "is too long")
    .default("")
    .transform((text, issues): NetworkEntry[] => {
      const found = new Map<string, NetworkEntry>();
      for (const [at, line] of text.split(/\r?\n/).entries()) {
        const [, written = "", name = ""] = /^([^#]*)(?:#(.*))?$/.exec(line) ?? [];
        if (written.trim() === "") continue;
        const range = parseRange(written);
        const wrong = "wrong" in range ? range.wrong : /[\p{Cc}\p{Cf}]/u.test(name) ? "has a character in its name that no text may have" : name.trim().length > longestName ? `has a name of more than ${longestName} characters` : null;
        if (wrong !== null || "wrong" in range) issues.addIssue({ code: "custom", message: `line ${at + 1}: ${written.trim().slice(0, 60)} ${wrong}` });
        else found.set(rangeText(range), { range: rangeText(range), name: name.trim(), vpn });
        if (issues.issues.length > 0) return z.NEVER;
      }
      if (found.size > mostEntries) issues.addIssue({ code: "custom", message: `has ${found.size} entries; ${mostEntries} are the most` });
      return [...found.values()];
    });

/** Entries as they are typed. */
export function entriesText(entries: readonly NetworkEntry[]): string {
  return entries.map(({ range, name }) => (name ? `${range} # ${name}` : range)).join("\n");
}
