import { HostileText } from "@/components/ui/hostile-text";
import type { ApprovalsContent } from "@/lib/approval-policies/content";
import { ruleWords } from "@/lib/approval-policies/rule-words";
import { type RuleChoices, ruleNames } from "./rule-names";

/** Rules to read, as sentences. */
export function RulesView({ rules, choices }: ApprovalsContent & { choices: RuleChoices }) {
  if (rules.length === 0) return <p className="text-muted">No rule: one person who may decide is asked for each request.</p>;
  const names = ruleNames(choices);
  return (
    <ol className="grid gap-2">
      {rules.map((rule, at) => (
        <li key={rule.id} className="min-w-0">
          <p className="font-medium wrap-anywhere">
            {at + 1}. <HostileText inline text={rule.name} />
          </p>
          <HostileText text={ruleWords(rule, names)} className="text-muted" />
        </li>
      ))}
    </ol>
  );
}
