"use client";
import { Select } from "@/components/ui/select";
import type { ApprovalRule } from "@/lib/approval-policies/content";
import { requestKinds, riskOrder } from "@/lib/approval-policies/terms";
import { kindLabels } from "../../approvals/words";
import { Cell, ListCell, TextCell } from "../classification/fields";
import { AskForm, newStage } from "./ask-form";
import { MoneyCell } from "./money-cell";
import type { RuleChoices } from "./rule-names";
import { SeveralCell } from "./several-cell";

type Props = { rule: ApprovalRule; choices: RuleChoices; onRule: (rule: ApprovalRule) => void };

const answers: Record<ApprovalRule["answer"]["kind"], { label: string; first: ApprovalRule["answer"] }> = {
  ask: {
    label: "Ask people",
    first: { kind: "ask", stages: [newStage("Decision")], reasonPattern: null, expiresAfterMinutes: null, escalations: [], delegation: false, breakGlass: [], ownerMayDecide: false },
  },
  deny: { label: "Deny it", first: { kind: "deny", message: "This is never approved." } },
  allow: { label: "Allow it without a person", first: { kind: "allow", costAtMostMicros: 0 } },
};
export const firstAnswer = answers.ask.first;

/** One rule: which requests it is about, and what follows. */
export function RuleForm({ rule, choices: { people, workspaces, agents, currency }, onRule }: Props) {
  const { match, answer } = rule;
  const setMatch = (change: Partial<ApprovalRule["match"]>) => onRule({ ...rule, match: { ...match, ...change } });
  return (
    <div className="grid gap-3">
      <TextCell name="Name" control="name" mono={false} maxLength={100} value={rule.name} onValue={(name) => onRule({ ...rule, name })} />
      <div className="grid gap-2 sm:grid-cols-3">
        <ListCell name="Tools, with commas; empty: every tool" control="tools" value={match.tools} placeholder="payments.*" onValue={(tools) => setMatch({ tools })} />
        <Choice name="Risk at least" value={match.riskAtLeast ?? ""} options={[["", "Any"], ...riskOrder.map((risk): [string, string] => [risk, risk])]} onValue={(risk) => setMatch({ riskAtLeast: riskOrder.find((one) => one === risk) ?? null })} />
        <MoneyCell name={`Cost at least (${currency})`} micros={match.costAtLeastMicros} currency={currency} empty={null} onValue={(costAtLeastMicros) => setMatch({ costAtLeastMicros })} />
      </div>
      <div className="grid gap-3 sm:grid-cols-3">
        <SeveralCell legend="Kinds" every="Every kind" gone="A kind that is not known" options={requestKinds.map((kind) => ({ value: kind, label: kindLabels[kind] }))} value={match.kinds} onValue={(kinds) => setMatch({ kinds })} />
        {workspaces.length > 1 || match.workspaceIds ? (
          <SeveralCell legend="Workspaces" every="Every workspace" gone="A workspace that is not here any more" options={named(workspaces)} value={match.workspaceIds} onValue={(workspaceIds) => setMatch({ workspaceIds })} />
        ) : null}
        <SeveralCell legend="Agents" every="Every agent" gone="An agent that is not here any more" options={named(agents)} value={match.agentIds} onValue={(agentIds) => setMatch({ agentIds })} />
      </div>
      <Choice name="What follows" value={answer.kind} options={Object.entries(answers).map(([kind, { label }]) => [kind, label])} onValue={(kind) => onRule({ ...rule, answer: kind === "deny" || kind === "allow" ? answers[kind].first : firstAnswer })} />
      {answer.kind === "deny" ? <TextCell name="What the agent is told" control="message" mono={false} maxLength={300} value={answer.message} onValue={(message) => onRule({ ...rule, answer: { ...answer, message } })} /> : null}
      {answer.kind === "allow" ? <MoneyCell name={`Up to this cost (${currency}), and never at risk HIGH or CRITICAL`} micros={answer.costAtMostMicros} currency={currency} empty={0} onValue={(micros) => onRule({ ...rule, answer: { ...answer, costAtMostMicros: micros ?? 0 } })} /> : null}
      {answer.kind === "ask" ? <AskForm ask={answer} people={people} onAsk={(ask) => onRule({ ...rule, answer: ask })} /> : null}
    </div>
  );
}

const named = (all: readonly { id: string; name: string }[]) => all.map(({ id, name }) => ({ value: id, label: name }));

function Choice({ name, value, options, onValue }: { name: string; value: string; options: readonly (readonly string[])[]; onValue: (value: string) => void }) {
  return (
    <Cell name={name}>
      <Select value={value} onChange={(event) => onValue(event.target.value)}>
        {options.map(([key, label]) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
      </Select>
    </Cell>
  );
}
