import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import type { OwnEmail } from "@/lib/people/own-email";
import { requestEmailAction } from "./actions";

/** The address to sign in with: whether it is proven, and another one. */
export function EmailCard({ email, isVerified, hasPassword }: OwnEmail) {
  return (
    <Card
      title="Email"
      description="What you sign in with, and where mail for you goes."
      actions={isVerified ? <Badge tone="ok" icon="check">Confirmed</Badge> : <Badge tone="warn" icon="warning">Not confirmed</Badge>}
    >
      {hasPassword ? (
        <Form action={requestEmailAction} success="A mail is on its way. Nothing changes before you open its link." className="max-w-sm">
          <TextField
            name="email"
            label="Address"
            type="email"
            autoComplete="email"
            required
            maxLength={254}
            defaultValue={email}
            hint={isVerified ? "A new one holds once you open the link that we send to it; this one is told." : "We send a link to it that confirms it."}
          />
          <TextField name="current" label="Current password" type="password" autoComplete="current-password" required maxLength={256} />
          <FormActions>
            <SubmitButton>Send the link</SubmitButton>
          </FormActions>
        </Form>
      ) : (
        <p>
          <span className="font-medium break-all">{email}</span>. Your organization's directory says which address you have.
        </p>
      )}
    </Card>
  );
}
