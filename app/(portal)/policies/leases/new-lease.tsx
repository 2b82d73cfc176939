"use client";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { MoneyField } from "@/components/form/money-field";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextAreaField } from "@/components/form/text-area-field";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { SecretOnce } from "@/components/ui/secret-once";
import { grantLeaseAction } from "./actions";

const lives = [
  { value: "900", label: "15 minutes" },
  { value: "3600", label: "1 hour" },
  { value: "28800", label: "8 hours" },
  { value: "86400", label: "1 day" },
  { value: "604800", label: "7 days" },
];

/** Issues a lease; its token is shown once, in place of the form. */
export function NewLease({ agents, currency }: { agents: { id: string; name: string }[]; currency: string }) {
  return (
    <Dialog
      trigger={
        <Button variant="primary" icon="plus">
          Issue a lease
        </Button>
      }
      title="Issue a lease"
      description="A yes in advance, for one agent. It opens nothing that is denied, locked or critical."
      size="lg"
    >
      <Form
        action={grantLeaseAction}
        result={(made) => (
          <div className="grid gap-4">
            <SecretOnce secret={made.token} label="The lease" />
            <p className="text-muted">
              Give it to the agent, which sends it as <code className="font-mono">lease</code> with the actions that it shall cover. It is good for this agent alone.
            </p>
          </div>
        )}
      >
        <SelectField name="agentId" label="Agent" required options={agents.map(({ id, name }) => ({ value: id, label: name }))} hint="Those whose requests you decide and whose policy you make; not your own." />
        <TextField name="tools" label="Tools" required maxLength={500} autoComplete="off" placeholder="mail.send" hint="Names or globs such as crm.*, with spaces between." />
        <TextField name="operations" label="Only these operations" maxLength={500} autoComplete="off" hint="Left empty, any operation of those tools." />
        <TextAreaField name="resources" label="Only these resources" mono rows={2} maxLength={2000} hint="One a line; * stands for any characters. Left empty, any." />
        <TextField name="domains" label="Domains that it opens" maxLength={500} autoComplete="off" placeholder="api.example.com" hint="Beyond those that the agent may reach anyway." />
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField name="maxUses" label="How often" type="number" min={1} max={1000} defaultValue="1" required />
          <SelectField name="lifeSeconds" label="For how long" options={lives} defaultValue="3600" />
          <MoneyField name="costEachMicros" label="Most for one use" currency={currency} required />
          <MoneyField name="costTotalMicros" label="Most for all uses" currency={currency} required />
        </div>
        <TextAreaField name="reason" label="Why" required rows={2} maxLength={500} hint="Stands in the audit, and with each action that passes by it." />
        <FormActions>
          <SubmitButton>Issue the lease</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
