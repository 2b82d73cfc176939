"use client";
import { Form } from "@/components/form/form";
import { SubmitButton } from "@/components/form/submit-button";
import { confirmEmailAction } from "./actions";

export function ConfirmForm({ token, email }: { token: string; email: string }) {
  return (
    <Form action={confirmEmailAction} hidden={{ token }} success="Your address is confirmed. Sign in with it from now on." redirectTo="/">
      <p className="font-medium break-all">{email}</p>
      <SubmitButton className="w-full">Confirm</SubmitButton>
    </Form>
  );
}
