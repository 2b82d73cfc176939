"use client";
import { Form } from "@/components/form/form";
import { SubmitButton } from "@/components/form/submit-button";
import { ButtonLink } from "@/components/ui/button-link";
import { confirmEmailAction } from "./actions";

export function ConfirmForm({ token, email }: { token: string; email: string }) {
  return (
    <Form
      action={confirmEmailAction}
      hidden={{ token }}
      result={() => (
        <div role="status" className="grid gap-4">
          <p>Your address is confirmed. Sign in with it from now on.</p>
          <ButtonLink href="/" variant="primary" className="w-full">
            Go on
          </ButtonLink>
        </div>
      )}
    >
      <p className="font-medium break-all">{email}</p>
      <SubmitButton className="w-full">Confirm</SubmitButton>
    </Form>
  );
}
