"use client";
import { type SubmitEvent, useId, useState } from "react";
import { FailureAlert } from "@/components/form/failure-alert";
import { useAction } from "@/components/form/use-action";
import { Button } from "@/components/ui/button";
import { HostileText } from "@/components/ui/hostile-text";
import { Label } from "@/components/ui/label";
import { Select } from "@/components/ui/select";
import type { ApprovalsContent } from "@/lib/approval-policies/content";
import type { ApprovalsTrial } from "@/lib/approval-policies/try";
import { tryRules } from "./actions";

export type Past = { id: string; name: string };

type Props = { where: { scopeType: string; scopeId: string }; content: () => ApprovalsContent; past: readonly Past[] };

/** What the rules above would say of a past request, and who could decide it now. */
export function TryRequest({ where, content, past }: Props) {
  const id = useId();
  const [chosen, setChosen] = useState(past[0]?.id ?? "");
  const [trial, setTrial] = useState<ApprovalsTrial | null>(null);
  const { run, pending, failure } = useAction(tryRules, { looksOnly: true, onSuccess: setTrial });

  async function look(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    setTrial(null);
    await run({ ...where, content: content(), approvalId: chosen });
  }

  if (past.length === 0) return <p className="text-muted">There is no past request yet on which these rules could be tried.</p>;
  return (
    <form onSubmit={look} className="grid min-w-0 gap-2 rounded-md bg-sunken p-3">
      <Label htmlFor={id}>Try these rules on a past request</Label>
      <div className="flex min-w-0 flex-wrap gap-2">
        <Select id={id} className="max-w-xl min-w-0 flex-1" value={chosen} onChange={(event) => setChosen(event.target.value)}>
          {past.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </Select>
        <Button type="submit" disabled={pending}>
          {pending ? "Trying…" : "Try"}
        </Button>
      </div>
      <FailureAlert failure={failure} />
      <div role="status">{trial ? <Result trial={trial} /> : null}</div>
    </form>
  );
}

function Result({ trial }: { trial: ApprovalsTrial }) {
  const rules = trial.sources.map(({ ruleName, scopeType }) => `“${ruleName}” (${scopeType})`).join(", then ");
  return (
    <div className="grid gap-1">
      {trial.concerns ? null : <p className="text-warn">This request is of another workspace, so these rules are not about it.</p>}
      <p>
        {trial.outcome === "deny" ? "Denied. " : trial.outcome === "allow" ? "Allowed without a person. " : "People are asked. "}
        {rules ? <HostileText inline text={`By ${rules}.`} /> : "No rule fits, so one person who may decide is asked."}
      </p>
      {trial.message ? <HostileText text={trial.message} /> : null}
      {trial.who ? (
        <>
          <ol className="list-decimal pl-5">
            {trial.who.stages.map((stage) => (
              <li key={stage.name}>
                <HostileText inline text={`${stage.name}: ${stage.needs.map(({ words }) => words).join("; or ")}`} />
              </li>
            ))}
          </ol>
          <p>
            {trial.who.deciders.length === 0 ? "Nobody could decide the first stage now." : `Could decide the first stage now: ${trial.who.deciders.map(({ name, forName, awayUntil }) => `${name}${forName ? ` for ${forName}` : ""}${awayUntil ? " (away)" : ""}`).join(", ")}.`}
          </p>
        </>
      ) : null}
    </div>
  );
}
