"use client";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { TextAreaField } from "@/components/form/text-area-field";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { addCertificateAction, replaceSecretAction } from "../actions";

/** One more certificate, beside those that count. */
export function AddCertificate({ id }: { id: string }) {
  return (
    <Dialog trigger={<Button size="sm" icon="plus">Add certificate</Button>} title="Add a certificate" description="It counts beside the others, so that the provider can change to it at any time.">
      <Form action={addCertificateAction} hidden={{ id }} success="The certificate is added">
        <TextAreaField name="certificate" label="Signing certificate" rows={6} mono required maxLength={20000} hint="PEM, or its base64." />
        <FormActions>
          <SubmitButton>Add</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}

/** A new secret of the client at the provider. */
export function ReplaceSecret({ id }: { id: string }) {
  return (
    <Dialog trigger={<Button size="sm" icon="key">Replace secret</Button>} title="Replace the client secret" description="Sign-ins that are on their way with the old one are refused. Test the connection afterwards.">
      <Form action={replaceSecretAction} hidden={{ id }} success="The secret is replaced; test the connection now">
        <TextField name="clientSecret" label="Client secret" type="password" required maxLength={1000} autoComplete="off" hint="Kept encrypted, and never shown again." />
        <FormActions>
          <SubmitButton>Replace</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
