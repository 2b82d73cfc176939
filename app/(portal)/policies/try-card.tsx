"use client";
import { useState } from "react";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { MoneyField } from "@/components/form/money-field";
import type { FormAction } from "@/components/form/result";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextAreaField } from "@/components/form/text-area-field";
import { TextField } from "@/components/form/text-field";
import type { Scope } from "@/components/governance/scope";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import type { DocumentKind } from "@/lib/governance/kinds";
import type { Tried } from "@/lib/policy-preview/try";
import { tryOut } from "./actions";
import { TriedResult } from "./tried-result";

type Props = {
  agents: readonly { id: string; name: string }[];
  currency: string;
  /** What is not published yet, as if it were; null: what is in force alone. */
  draft: (Scope & { kind: DocumentKind; content: unknown }) | null;
};

/** A request of an agent's, answered as it would be now. Nothing is stored, and nothing is taken. */
export function TryCard({ agents, currency, draft }: Props) {
  const [tried, setTried] = useState<{ value: Tried; withDraft: boolean } | null>(null);

  const ask: FormAction<Tried> = async (state, input) => {
    const fields = input instanceof FormData ? Object.fromEntries(input) : input;
    const answer = await tryOut(state, draft ? { ...fields, draft: { kind: draft.kind, scopeType: draft.scopeType, scopeId: draft.scopeId, content: draft.content } } : fields);
    setTried(answer.ok ? { value: answer.value, withDraft: draft !== null } : null);
    return answer;
  };

  return (
    <Card title="Try a request" description={draft ? "Answered as if this draft were in force, together with everything else that is." : "Answered by everything that is in force. Nothing is stored."}>
      {agents.length === 0 ? (
        <p className="text-muted">There is no agent yet in whose name a request could be tried.</p>
      ) : (
        <div className="grid min-w-0 gap-4 xl:grid-cols-2">
          <Form action={ask}>
            <div className="grid gap-4 sm:grid-cols-2">
              <SelectField name="agentId" label="Agent" required options={agents.map(({ id, name }) => ({ value: id, label: name }))} />
              <TextField name="tool" label="Tool" required placeholder="crm.export" spellCheck={false} autoCapitalize="none" className="font-mono" />
              <TextField name="operation" label="Operation" placeholder="execute" spellCheck={false} autoCapitalize="none" className="font-mono" />
              <TextField name="resource" label="Resource" placeholder="customers/42" spellCheck={false} autoCapitalize="none" className="font-mono" />
              <MoneyField name="estimatedCostMicros" label="Estimated cost" currency={currency} defaultMicros={0} required />
              <SelectField name="declaredRisk" label="Risk that the agent declares" options={[{ value: "", label: "none" }, ...["LOW", "MEDIUM", "HIGH", "CRITICAL"].map((risk) => ({ value: risk, label: risk }))]} />
            </div>
            <TextField name="purpose" label="Purpose" maxLength={1000} />
            <TextAreaField name="arguments" label="Arguments, as JSON" mono rows={3} placeholder={'{"path": "/reports/may.csv"}'} />
            <FormActions>
              <SubmitButton>Try it</SubmitButton>
            </FormActions>
          </Form>
          <div role="status" className="min-w-0">
            {tried ? <TriedResult tried={tried.value} withDraft={tried.withDraft} /> : <Callout tone="info">The answer stands here, with the rule and the policy that made it, and everything that the request would touch.</Callout>}
          </div>
        </div>
      )}
    </Card>
  );
}
