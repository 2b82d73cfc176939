"use client";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { Card } from "@/components/ui/card";
import type { DirectoryDetails } from "@/lib/directory/load";
import { updateDirectoryAction } from "../actions";

export function SettingsForm({ directory }: { directory: Pick<DirectoryDetails, "id" | "name" | "successorId" | "successors"> }) {
  return (
    <Card title="When somebody leaves" description="Sessions, roles and own keys end within a second, whatever is set here.">
      <Form action={updateDirectoryAction} hidden={{ id: directory.id }} success="Saved." className="max-w-xl">
        <SelectField
          name="successorId"
          label="Who answers for their agents"
          defaultValue={directory.successorId ?? ""}
          hint="Without somebody, agents of people who leave are suspended and their runs stopped."
          options={[{ value: "", label: "Nobody: suspend the agents" }, ...directory.successors.map((each) => ({ value: each.id, label: `${each.name} (${each.email})` }))]}
        />
        <TextField name="name" label="Name of this directory" required maxLength={80} defaultValue={directory.name} autoComplete="off" />
        <FormActions>
          <SubmitButton>Save</SubmitButton>
        </FormActions>
      </Form>
    </Card>
  );
}
