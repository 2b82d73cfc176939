"use client";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { ButtonLink } from "@/components/ui/button-link";
import { Dialog } from "@/components/ui/dialog";
import { connectDirectoryAction } from "./actions";
import { TokenOnce } from "./token-once";
import { kindOptions } from "./words";

export function ConnectDialog({ baseUrl }: { baseUrl: string }) {
  return (
    <Dialog
      trigger={
        <Button variant="primary" icon="plus">
          Connect by SCIM
        </Button>
      }
      title="Connect a directory by SCIM"
      description="It says who works here and in which groups they are. Nobody gets a role by it until you map a group to one."
    >
      <Form
        action={connectDirectoryAction}
        result={({ id, token }) => (
          <div className="grid gap-4">
            <TokenOnce token={token} baseUrl={baseUrl} />
            <FormActions>
              <ButtonLink href={`/settings/directory/${id}`}>Go on to its page</ButtonLink>
            </FormActions>
          </div>
        )}
      >
        <SelectField name="kind" label="Which directory" required options={kindOptions} />
        <TextField name="name" label="Name" required maxLength={80} autoComplete="off" hint="As your people call it: for example “Company Okta”." />
        <FormActions>
          <SubmitButton>Make a token</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
