"use client";
import type { ReactNode } from "react";
import { Form } from "@/components/form/form";
import type { FormAction } from "@/components/form/result";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { openSession } from "./open-session";

type Props = { action: FormAction<{ email: string }>; token: string; submit: string; askTimeZone?: boolean; children: ReactNode };

/** Makes an account by a one-time link and signs in with it. */
export function NewAccountForm({ action, token, submit, askTimeZone, children }: Props) {
  async function make(_state: null, input: FormData | Record<string, unknown>) {
    const form = input instanceof FormData ? input : new FormData();
    if (askTimeZone) form.set("timeZone", Intl.DateTimeFormat().resolvedOptions().timeZone);
    const made = await action(null, form);
    if (!made.ok) return made;
    const opened = await openSession(made.value.email, String(form.get("password")));
    // The account exists either way; without a session the sign-in page is the next step.
    window.location.assign(opened.ok ? "/" : "/sign-in");
    return made;
  }
  return (
    <Form action={make} hidden={{ token }} result={() => <p role="status">Your account is ready. Signing you in…</p>}>
      {children}
      <TextField
        name="password"
        label="Password"
        type="password"
        autoComplete="new-password"
        required
        minLength={12}
        maxLength={256}
        hint="At least 12 characters. A few unrelated words are good."
      />
      <SubmitButton className="w-full">{submit}</SubmitButton>
    </Form>
  );
}
