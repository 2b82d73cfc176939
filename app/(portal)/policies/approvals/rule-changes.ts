import type { ApprovalsContent } from "@/lib/approval-policies/content";
import { type RuleNames, ruleWords } from "@/lib/approval-policies/rule-words";
import { differences } from "@/lib/governance/difference";

/** What changes between two contents, each rule as a sentence before and after; and their order, where only that changes. */
export function ruleChanges(before: ApprovalsContent, after: ApprovalsContent, names: RuleNames): ReturnType<typeof differences> {
  const ids = [...new Set([...after.rules, ...before.rules].map(({ id }) => id))];
  const changed = ids.flatMap((id) => {
    const [was, is] = [before, after].map(({ rules }) => rules.find((rule) => rule.id === id));
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const [wasWords, isWords] = [was, is].map((rule) => (rule ? ruleWords(rule, names) : null));
    const name = is?.name ?? was?.name ?? id;
    if (was && is && was.name !== is.name) return [{ path: name, before: `“${was.name}”: ${wasWords}`, after: `“${is.name}”: ${isWords}` }];
    return [{ path: name, before: wasWords ?? null, after: isWords ?? null }];
  });
  return changed.length > 0 ? [...changed, ...orderChange(before, after)] : orderChange(before, after);
}

/** Which comes first decides between two rules that fit. */
function orderChange(before: ApprovalsContent, after: ApprovalsContent): ReturnType<typeof differences> {
  const both = (from: ApprovalsContent, other: ApprovalsContent) => from.rules.filter(({ id }) => other.rules.some((rule) => rule.id === id));
  const [was, is] = [both(before, after), both(after, before)];
  if (was.every(({ id }, at) => id === is[at]?.id)) return [];
  const told = (rules: ApprovalsContent["rules"]) => rules.map(({ name }, at) => `${at + 1}. ${name}`).join(", ");
  return [{ path: "Order of the rules", before: told(was), after: told(is) }];
}
