import type { ActionView } from "@/lib/actions/schemas";

type Queue = NonNullable<ActionView["queue"]>;

/** "3rd in line". */
export function turnWords({ position }: Pick<Queue, "position">): string {
  return `${ordinal(position)} in line`;
}

/** Where a task stands in its agent's line, and why it does not begin. */
export function turnReason(queue: Queue): string {
  const { running, limit } = queue;
  const why = running >= limit ? `${running} of ${limit} tasks of this agent are under way, as many as its policy lets be at once` : `${running} of ${limit} tasks of this agent are under way: it may begin when the agent asks for its turn again`;
  return `${turnWords(queue)}: ${why}.`;
}

const endings: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" };
const rules = new Intl.PluralRules("en", { type: "ordinal" });

function ordinal(position: number): string {
  return `${position.toLocaleString("en-US")}${endings[rules.select(position)] ?? "th"}`;
}
