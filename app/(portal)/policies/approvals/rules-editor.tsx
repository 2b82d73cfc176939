"use client";
import { PublishBar } from "@/components/governance/publish-bar";
import type { Scope } from "@/components/governance/scope";
import { useDraft, type Version } from "@/components/governance/use-draft";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { HostileText } from "@/components/ui/hostile-text";
import { formatMicros } from "@/components/ui/money-format";
import type { ApprovalRule, ApprovalsContent } from "@/lib/approval-policies/content";
import { type RuleNames, ruleWords } from "@/lib/approval-policies/rule-words";
import { matchesEverything } from "@/lib/approval-policies/terms";
import { differences } from "@/lib/governance/difference";
import { publish } from "../actions";
import type { Named } from "./people-cell";
import { firstAnswer, RuleForm } from "./rule-form";
import { type Past, TryRequest } from "./try-request";

type Props = {
  place: Scope & { kind: "approvals" };
  current: Version<ApprovalsContent>;
  mayUpdate: boolean;
  people: readonly Named[];
  workspaces: readonly Named[];
  currency: string;
  past: readonly Past[];
};

/** The rules of one level, in order: built, read in plain words, tried on a past request, and published. */
export function RulesEditor({ place, current, mayUpdate, people, workspaces, currency, past }: Props) {
  const draft = useDraft(current);
  const { rules } = draft.content;
  const set = (next: ApprovalRule[]) => draft.setContent({ rules: next });
  const names: RuleNames = { nameOf: (id) => [...people, ...workspaces].find((one) => one.id === id)?.name ?? "somebody or something that is gone", amount: (micros) => formatMicros(micros, currency) };
  const move = (at: number, by: number) => set(rules.map((rule, i) => (i === at ? rules[at + by] : i === at + by ? rules[at] : rule) ?? rule));
  const written = (): ApprovalsContent => ({ rules: rules.map((rule) => ({ ...rule, match: { ...rule.match, tools: tidy(rule.match.tools) } })) });
  return (
    <div className="grid min-w-0 gap-4">
      {rules.length === 0 ? <p className="text-muted">No rule here: one person who may decide is asked for each request.</p> : null}
      <ol className="grid gap-3">
        {rules.map((rule, at) => (
          <li key={rule.id} className="min-w-0 rounded-md border border-line p-3">
            <div className="flex items-start gap-2">
              <div className="min-w-0 flex-1">
                <p className="font-medium">
                  {at + 1}. <HostileText inline text={rule.name} />
                </p>
                <HostileText text={ruleWords(rule, names)} className="text-muted" />
              </div>
              {mayUpdate ? (
                <div className="flex">
                  <IconButton icon="chevron-up" label={`Move rule ${at + 1} up`} disabled={at === 0} onClick={() => move(at, -1)} />
                  <IconButton icon="chevron-down" label={`Move rule ${at + 1} down`} disabled={at === rules.length - 1} onClick={() => move(at, 1)} />
                  <IconButton icon="trash" label={`Remove rule ${at + 1}`} onClick={() => set(rules.filter((_, i) => i !== at))} />
                </div>
              ) : null}
            </div>
            {mayUpdate ? (
              <details className="mt-2" open={!current.content.rules.some(({ id }) => id === rule.id)}>
                <summary className="min-h-6 cursor-pointer text-accent">Change it</summary>
                <div className="mt-2">
                  <RuleForm rule={rule} people={people} workspaces={workspaces} currency={currency} onRule={(next) => set(rules.map((one, i) => (i === at ? next : one)))} />
                </div>
              </details>
            ) : null}
          </li>
        ))}
      </ol>
      {mayUpdate ? (
        <div>
          <Button icon="plus" onClick={() => set([...rules, { id: `r${Date.now().toString(36)}`, name: "New rule", match: matchesEverything, answer: firstAnswer }])}>
            Add a rule
          </Button>
        </div>
      ) : null}
      <TryRequest where={{ scopeType: place.scopeType, scopeId: place.scopeId }} content={written} past={past} />
      {mayUpdate ? <PublishBar place={place} draft={draft} read={async () => written()} differences={(before, after) => inWords(before, after, names)} publish={publish} /> : null}
    </div>
  );
}

/** A rule that comes or goes is read as a sentence; what changed within one, by its parts. */
function inWords(before: ApprovalsContent, after: ApprovalsContent, names: RuleNames): ReturnType<typeof differences> {
  return differences(before, after).map((change) => {
    const [was, is] = [before, after].map(({ rules }) => rules.find(({ id }) => `rules.${id}` === change.path));
    const rule = was ?? is;
    if (!rule || (was && is)) return change;
    const words = ruleWords(rule, names);
    return { path: rule.name, before: was ? words : null, after: is ? words : null };
  });
}

/** What was typed between commas; nothing at all is no restriction. */
function tidy(tools: readonly string[] | null): string[] | null {
  const kept = (tools ?? []).map((tool) => tool.trim()).filter(Boolean);
  return kept.length > 0 ? kept : null;
}
