import { z } from "zod";
import type { NetworkEntry } from "@/db/schema/network";
import { parseRange, rangeText } from "./range";

/** Of one rule, those of VPNs with them. */
export const mostEntries = 500;
const longestName = 80;

/** Reads one range a line, with what it is behind a `#`; lines that are empty or have only that are left out. `wrong`: the first slip. */
export function parseEntries(text: string, vpn: boolean): { entries: NetworkEntry[]; wrong: string | null } {
  const found = new Map<string, NetworkEntry>();
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    const [, written = "", behind = ""] = /^([^#]*)(?:#(.*))?$/.exec(line) ?? [];
    if (written.trim() === "") continue;
    const name = behind.trim();
    const range = parseRange(written);
    const wrong = "wrong" in range ? range.wrong : wrongName(name);
    if ("wrong" in range || wrong !== null) return { entries: [], wrong: `line ${at + 1}: ${written.trim().slice(0, 60)} ${wrong}` };
    found.set(rangeText(range), { range: rangeText(range), name, vpn });
  }
  return { entries: [...found.values()], wrong: found.size > mostEntries ? `has ${found.size} entries; ${mostEntries} are the most` : null };
}

function wrongName(name: string): string | null {
  if (/[\p{Cc}\p{Cf}]/u.test(name)) return "has a character in its name that no text may have";
  return name.length > longestName ? `has a name of more than ${longestName} characters` : null;
}

/** A list as it is typed. */
export const entriesSchema = z
  .string()
  .max(mostEntries * 150, "is too long")
  .default("")
  .superRefine((text, issues) => {
    const { wrong } = parseEntries(text, false);
    if (wrong !== null) issues.addIssue({ code: "custom", message: wrong });
  });

/** Entries as they are typed. */
export function entriesText(entries: readonly NetworkEntry[]): string {
  return entries.map(({ range, name }) => (name ? `${range} # ${name}` : range)).join("\n");
}
