"use client";
import { Form } from "@/components/form/form";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { resetPasswordAction } from "../actions";

export function NewPasswordForm({ token, email }: { token: string; email: string }) {
  return (
    <Form
      action={resetPasswordAction}
      hidden={{ token }}
      success="Your password is changed, and your sessions have ended. Sign in with it."
      redirectTo="/sign-in"
    >
      <div className="grid gap-1.5">
        <span className="text-sm font-medium">Email</span>
        <span className="break-all">{email}</span>
        {/* Read by password managers. */}
        <input type="email" autoComplete="username" readOnly hidden defaultValue={email} />
      </div>
      <TextField
        name="password"
        label="New password"
        type="password"
        autoComplete="new-password"
        required
        autoFocus
        minLength={12}
        maxLength={256}
        hint="At least 12 characters. A few unrelated words are good."
      />
      <SubmitButton className="w-full">Change the password</SubmitButton>
    </Form>
  );
}
