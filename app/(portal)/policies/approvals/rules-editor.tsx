"use client";
import { useEffect, useMemo, useRef, useState } from "react";
import { ProblemList } from "@/components/governance/problem-list";
import { PublishBar } from "@/components/governance/publish-bar";
import type { Scope } from "@/components/governance/scope";
import { useDraft, type Version } from "@/components/governance/use-draft";
import { Button } from "@/components/ui/button";
import type { ApprovalRule, ApprovalsContent } from "@/lib/approval-policies/content";
import { matchesEverything, mostRules, unreadAmount } from "@/lib/approval-policies/terms";
import { publish } from "../actions";
import { PreviewCard } from "../preview-card";
import { ruleChanges } from "./rule-changes";
import { firstAnswer } from "./rule-form";
import { type RuleChoices, ruleNames } from "./rule-names";
import { RuleRow, type RuleSteps } from "./rule-row";
import { type Past, TryRequest } from "./try-request";

type Props = {
  place: Scope & { kind: "approvals" };
  current: Version<ApprovalsContent>;
  mayUpdate: boolean;
  choices: RuleChoices;
  past: readonly Past[];
};

/** The rules of one level, in order: built, read in plain words, tried on a past request, and published. */
export function RulesEditor({ place, current, mayUpdate, choices, past }: Props) {
  const draft = useDraft(current);
  const [problems, setProblems] = useState<string[]>([]);
  const { rules } = draft.content;
  const set = (next: ApprovalRule[]) => draft.setContent({ rules: next });
  const names = useMemo(() => ruleNames(choices), [choices]);
  const written = (): ApprovalsContent => ({ rules: rules.map((rule) => ({ ...rule, match: { ...rule.match, tools: tidy(rule.match.tools) } })) });

  // Always the same object, so that a rule which is not edited is not drawn again.
  const latest = useRef({ rules, set });
  useEffect(() => {
    latest.current = { rules, set };
  });
  const steps = useMemo<RuleSteps>(() => {
    const put = (change: (all: ApprovalRule[]) => ApprovalRule[]) => latest.current.set(change([...latest.current.rules]));
    return {
      change: (at, rule) => put((all) => all.with(at, rule)),
      remove: (at) => put((all) => all.toSpliced(at, 1)),
      move: (at, by) => put((all) => (all[at] ? all.toSpliced(at, 1).toSpliced(at + by, 0, all[at]) : all)),
    };
  }, []);

  /** The rules as they stand; says what cannot be read and gives null otherwise. */
  async function read(): Promise<ApprovalsContent | null> {
    const found = rules.flatMap((rule, at) => unread(rule).map((what) => `Rule ${at + 1}, “${rule.name}”: ${what}.`));
    setProblems(found);
    return found.length > 0 ? null : written();
  }

  return (
    <div className="grid min-w-0 gap-4">
      {rules.length === 0 ? <p className="text-muted">No rule here: one person who may decide is asked for each request.</p> : null}
      <ol className="grid gap-3">
        {rules.map((rule, at) => (
          <RuleRow key={rule.id} rule={rule} at={at} isLast={at === rules.length - 1} isNew={!current.content.rules.some(({ id }) => id === rule.id)} mayUpdate={mayUpdate} choices={choices} steps={steps} />
        ))}
      </ol>
      {mayUpdate && rules.length < mostRules ? (
        <div>
          <Button icon="plus" onClick={() => set([...rules, { id: `r${Date.now().toString(36)}`, name: "New rule", match: matchesEverything, answer: firstAnswer }])}>
            Add a rule
          </Button>
        </div>
      ) : null}
      <TryRequest where={{ scopeType: place.scopeType, scopeId: place.scopeId }} content={written} past={past} />
      {mayUpdate ? (
        <>
          <ProblemList title="These rules cannot be published as they stand" problems={problems.map((message) => ({ message }))} />
          <PublishBar place={place} draft={draft} read={read} differences={(before, after) => ruleChanges(before, after, names)} publish={publish} />
          <PreviewCard place={place} read={read} content={draft.content} />
        </>
      ) : null}
    </div>
  );
}

/** What of a rule cannot be read. Everything else the portal says at publishing, with the people who are here. */
function unread({ name, match, answer }: ApprovalRule): string[] {
  return [
    ...(name.trim() === "" ? ["it has no name"] : []),
    ...(match.costAtLeastMicros === unreadAmount ? ["the cost from which on it holds is no amount"] : []),
    ...(answer.kind === "allow" && answer.costAtMostMicros === unreadAmount ? ["the cost up to which nobody is asked is no amount"] : []),
    ...(answer.kind === "deny" && answer.message.trim() === "" ? ["it does not say what the agent is told"] : []),
    ...(answer.kind === "ask" && answer.stages.some((stage) => stage.anyOf.some(({ people }) => people.length === 0)) ? ["a stage names nobody who is asked"] : []),
    ...(answer.kind === "ask" && answer.stages.some((stage) => stage.name.trim() === "") ? ["a stage has no name"] : []),
    ...(answer.kind === "ask" && answer.escalations.some(({ people }) => people.length === 0) ? ["an escalation names nobody"] : []),
  ];
}

/** What was typed between commas; nothing at all is no restriction. */
function tidy(tools: readonly string[] | null): string[] | null {
  const kept = (tools ?? []).map((tool) => tool.trim()).filter(Boolean);
  return kept.length > 0 ? kept : null;
}
