"use client";
import { memo, useState } from "react";
import { Button } from "@/components/ui/button";
import { HostileText } from "@/components/ui/hostile-text";
import { IconButton } from "@/components/ui/icon-button";
import type { ApprovalRule } from "@/lib/approval-policies/content";
import { ruleWords } from "@/lib/approval-policies/rule-words";
import { RuleForm } from "./rule-form";
import { type RuleChoices, ruleNames } from "./rule-names";

/** What can be done with the rule at a place of the list. */
export type RuleSteps = { change: (at: number, rule: ApprovalRule) => void; move: (at: number, by: number) => void; remove: (at: number) => void };

type Props = { rule: ApprovalRule; at: number; isLast: boolean; isNew: boolean; mayUpdate: boolean; choices: RuleChoices; steps: RuleSteps };

/** One rule as a sentence, and opened as a form. Drawn again only when it changes itself: there may be many. */
export const RuleRow = memo(function RuleRow({ rule, at, isLast, isNew, mayUpdate, choices, steps }: Props) {
  const [open, setOpen] = useState(isNew);
  return (
    <li className="min-w-0 rounded-md border border-line p-3">
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <p className="font-medium wrap-anywhere">
            {at + 1}. <HostileText inline text={rule.name} />
          </p>
          <HostileText text={ruleWords(rule, ruleNames(choices))} className="text-muted" />
        </div>
        {mayUpdate ? (
          <div className="flex shrink-0">
            <IconButton icon="chevron-up" label={`Move rule ${at + 1} up`} disabled={at === 0} onClick={() => steps.move(at, -1)} />
            <IconButton icon="chevron-down" label={`Move rule ${at + 1} down`} disabled={isLast} onClick={() => steps.move(at, 1)} />
            <IconButton icon="trash" label={`Remove rule ${at + 1}`} onClick={() => steps.remove(at)} />
          </div>
        ) : null}
      </div>
      {mayUpdate ? (
        <div className="mt-2">
          <Button size="sm" variant="ghost" icon={open ? "chevron-up" : "pencil"} aria-expanded={open} aria-label={`${open ? "Close" : "Change"} rule ${at + 1}`} onClick={() => setOpen(!open)}>
            {open ? "Close" : "Change it"}
          </Button>
          {open ? (
            <div className="mt-2">
              <RuleForm rule={rule} choices={choices} onRule={(next) => steps.change(at, next)} />
            </div>
          ) : null}
        </div>
      ) : null}
    </li>
  );
});
