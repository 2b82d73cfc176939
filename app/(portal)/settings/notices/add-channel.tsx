"use client";
import { useState } from "react";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { SecretOnce } from "@/components/ui/secret-once";
import { addChannelAction } from "./actions";
import { NameField, TellingFields } from "./channel-fields";
import { kindHints, kindOptions } from "./words";

/** Where to post, and what; a generic webhook's secret is shown once, in place of the form. */
export function AddChannel({ workspaces }: { workspaces: readonly { id: string; name: string }[] }) {
  const [kind, setKind] = useState("slack");
  return (
    <Dialog
      trigger={
        <Button variant="primary" icon="plus">
          Add a channel
        </Button>
      }
      title="Add a channel"
      description="Everybody who reads that channel will see what agents ask for. Nobody can decide there unless you allow it afterwards."
    >
      <Form
        action={addChannelAction}
        result={({ secret }) => (
          <div className="grid gap-4">
            <p>The channel is added, and a first message is on its way to it.</p>
            {secret ? <SecretOnce secret={secret} label="The secret that messages are signed with" warning="Copy it now. It is kept encrypted and cannot be shown again." /> : null}
          </div>
        )}
      >
        <SelectField name="kind" label="Kind" required options={kindOptions} defaultValue="slack" onChange={(event) => setKind(event.target.value)} />
        <NameField />
        <TextField name="url" label="Address of the webhook" type="url" required maxLength={2000} autoComplete="off" hint={`${kindHints[kind] ?? ""} Whoever knows it may post there, so it is not shown again.`} />
        <SelectField name="workspaceId" label="Of which workspace" options={[{ value: "", label: "All of the organization" }, ...workspaces.map(({ id, name }) => ({ value: id, label: name }))]} />
        <TellingFields />
        <FormActions>
          <SubmitButton>Add and post a first message</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
