"use client";
import { useState } from "react";
import { CheckListField } from "@/components/form/check-list-field";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { SecretOnce } from "@/components/ui/secret-once";
import { addChannelAction } from "./actions";
import { kindHints, kindOptions, riskOptions, topicOptions } from "./words";

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
      description="Everybody who reads that channel will see what agents ask for. Nobody can decide there."
    >
      <Form
        action={addChannelAction}
        result={({ secret }) => (
          <div className="grid gap-4">
            <p>The channel is added, and a first message is on its way to it.</p>
            {secret ? <SecretOnce secret={secret} label="The secret that messages are signed with" /> : null}
          </div>
        )}
      >
        <SelectField name="kind" label="Kind" required options={kindOptions} defaultValue="slack" onChange={(event) => setKind(event.target.value)} />
        <TextField name="name" label="Name" required maxLength={80} autoComplete="off" hint="As your people call it: for example “#approvals”." />
        <TextField name="url" label="Address of the webhook" type="url" required maxLength={2000} autoComplete="off" hint={`${kindHints[kind] ?? ""} Whoever knows it may post there, so it is not shown again.`} />
        <SelectField name="workspaceId" label="Of which workspace" options={[{ value: "", label: "All of the organization" }, ...workspaces.map(({ id, name }) => ({ value: id, label: name }))]} />
        <CheckListField name="topics" label="What is told" options={topicOptions} defaultValue={["requests", "escalations", "break_glass"]} />
        <SelectField name="riskAtLeast" label="Requests and escalations from which risk on" options={riskOptions} defaultValue="HIGH" />
        <FormActions>
          <SubmitButton>Add and post a first message</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
