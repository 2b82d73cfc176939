import { formatMicros } from "@/components/ui/money-format";
import { type RuleNames } from "@/lib/approval-policies/rule-words";
import { unreadAmount } from "@/lib/approval-policies/terms";
import type { Named } from "./people-cell";

/** What a rule can name. */
export type RuleChoices = { people: readonly Named[]; workspaces: readonly Named[]; agents: readonly Named[]; currency: string };

/** How rules name it in a sentence. */
export function ruleNames({ people, workspaces, agents, currency }: RuleChoices): RuleNames {
  const names = new Map([...people, ...workspaces, ...agents].map(({ id, name }) => [id, name]));
  return {
    nameOf: (id) => names.get(id) ?? "somebody or something that is gone",
    amount: (micros) => (micros === unreadAmount ? "an amount that cannot be read" : formatMicros(micros, currency)),
  };
}
