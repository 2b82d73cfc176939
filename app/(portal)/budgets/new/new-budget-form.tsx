"use client";
import { useState } from "react";
import { ChoiceField } from "@/components/form/choice-field";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import type { ScopeChoice } from "@/lib/budgets/scope-choices";
import { set } from "../actions";
import { LimitFields } from "../limit-fields";
import { periodLabels, scopeLabels } from "../words";

interface NewBudgetFormProps {
  choices: ScopeChoice[];
  timeZones: string[];
  timeZone: string;
  currency: string;
}

/** A budget on anything, for a period that cannot be changed later. */
export function NewBudgetForm({ choices, timeZones, timeZone, currency }: NewBudgetFormProps) {
  const [scopeId, setScopeId] = useState(choices[0]?.scopeId ?? "");
  const scopeType = choices.find((choice) => choice.scopeId === scopeId)?.scopeType ?? "";
  return (
    <Form action={set} hidden={{ scopeType }} success="The budget is set." redirectTo="/budgets/:id">
      <SelectField
        name="scopeId"
        label="On"
        required
        value={scopeId}
        onChange={(event) => setScopeId(event.target.value)}
        options={choices.map((choice) => ({ value: choice.scopeId, label: `${scopeLabels[choice.scopeType]}: ${choice.name}` }))}
      />
      <ChoiceField name="period" label="Each" layout="row" defaultValue="month" options={Object.entries(periodLabels).map(([value, label]) => ({ value, label }))} />
      <SelectField
        name="timeZone"
        label="Time zone"
        hint="A window begins at midnight there. It cannot be changed later."
        required
        defaultValue={timeZone}
        options={timeZones.map((name) => ({ value: name, label: name }))}
      />
      <LimitFields currency={currency} />
      <FormActions>
        <SubmitButton>Set the budget</SubmitButton>
      </FormActions>
    </Form>
  );
}
