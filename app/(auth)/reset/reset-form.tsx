"use client";
import { Form } from "@/components/form/form";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { requestResetAction } from "./actions";

/** Says the same whether or not anybody has the address. */
export function ResetForm() {
  return (
    <Form
      action={requestResetAction}
      result={({ email }) => (
        <div role="status" className="grid gap-2">
          <p>
            If <strong className="font-medium wrap-anywhere">{email}</strong> has an account, a mail is on its way to it. Its link works once, for 30 minutes.
          </p>
          <p className="text-muted">Nothing after a few minutes? Look among the spam, and check the address. Whoever was invited gets the invitation again.</p>
        </div>
      )}
    >
      <TextField name="email" label="Email" type="email" autoComplete="username" required autoFocus maxLength={254} />
      <SubmitButton className="w-full">Send the link</SubmitButton>
    </Form>
  );
}
