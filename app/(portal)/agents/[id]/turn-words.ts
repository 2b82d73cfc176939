import type { ActionView } from "@/lib/actions/schemas";

type Queue = NonNullable<ActionView["queue"]>;

/** Where a task stands among those that ask for their turn, and why it does not begin. */
export function turnReason({ position, running, limit }: Queue): string {
  const why = running >= limit ? `${running} of ${limit} tasks of this agent are under way, as many as its policy lets be at once` : `${running} of ${limit} tasks of this agent are under way: it may begin when the agent asks for its turn again`;
  return `${ordinal(position)} in line: ${why}.`;
}

const endings: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" };
const rules = new Intl.PluralRules("en", { type: "ordinal" });

/** "3rd". */
export function ordinal(position: number): string {
  return `${position.toLocaleString("en-US")}${endings[rules.select(position)] ?? "th"}`;
}
