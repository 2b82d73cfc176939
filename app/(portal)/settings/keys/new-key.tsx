"use client";
import { CheckListField } from "@/components/form/check-list-field";
import { DateField } from "@/components/form/date-field";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { TextAreaField } from "@/components/form/text-area-field";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { Dialog } from "@/components/ui/dialog";
import { SecretOnce } from "@/components/ui/secret-once";
import { create } from "./actions";

const scopes = [
  { value: "actions.submit", label: "Submit actions", hint: "actions.submit" },
  { value: "actions.view", label: "See its actions", hint: "actions.view" },
  { value: "actions.report", label: "Take grants, report outcomes", hint: "actions.report" },
  { value: "actions.cancel", label: "Cancel its actions", hint: "actions.cancel" },
  { value: "runs.view", label: "Fetch output and files of runs", hint: "runs.view" },
  { value: "approvals.request", label: "Ask for more budget", hint: "approvals.request" },
] as const;

/** Makes a key for one agent; the key itself is shown once, in place of the form. */
export function NewKey({ agent, appUrl }: { agent: { id: string; name: string }; appUrl: string }) {
  return (
    <Dialog
      trigger={
        <Button variant="primary" icon="plus">
          New key
        </Button>
      }
      title={`New key for ${agent.name}`}
      description="Whoever holds it acts as this agent, within its scopes and policy."
    >
      <Form
        action={create}
        hidden={{ agentId: agent.id }}
        result={(made) => (
          <div className="grid gap-4">
            <SecretOnce secret={made.key} label="The new key" />
            <CodeBlock label="Try it" language="shell" code={`curl ${appUrl}/api/v1/me \\\n  -H "Authorization: Bearer $COUNTERSIGN_KEY"`} />
          </div>
        )}
      >
        <TextField name="name" label="Name" required maxLength={80} autoComplete="off" hint="Where it is used: for example “nightly job”." />
        <CheckListField name="scopes" label="Scopes" options={scopes} defaultValue={scopes.map((scope) => scope.value)} />
        <TextAreaField name="allowedFrom" label="Only from" mono rows={2} placeholder="203.0.113.0/24 # data center" hint="Addresses or ranges, one a line. Left empty, from wherever its workspace and organization allow." />
        <DateField name="expiresOn" label="Last day" hint="In UTC. Left empty, it works until it is revoked." />
        <FormActions>
          <SubmitButton>Create key</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
