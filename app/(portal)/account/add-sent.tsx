"use client";
import { useState } from "react";
import { Form } from "@/components/form/form";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useAction } from "@/components/form/use-action";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Dialog } from "@/components/ui/dialog";
import type { SentSetUp } from "@/lib/mfa/deliver-set-up";
import { beginEmailCodeAction, beginSmsAction, confirmSentAction, resendSetUpAction } from "./actions";
import { FactorAdded } from "./factor-added";

/** Sets up codes by mail, to the address that the person has proven; for who has them already it stays until it is closed. */
export function AddEmailCode({ address, isAdded }: { address: string | null; isAdded: boolean }) {
  const [open, setOpen] = useState(false);
  if (isAdded && !open) return null;
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      size="sm"
      title="Add codes by mail"
      description="Weaker than an app or a key: whoever reads your mail has the codes too. Add it where you have nothing else."
      trigger={
        <Button size="sm" icon="plus">
          Codes by mail
        </Button>
      }
    >
      {address ? (
        <Form action={beginEmailCodeAction} result={(setUp) => <Confirm {...setUp} />}>
          <p>
            Codes go to <span className="font-medium wrap-anywhere">{address}</span>, and to no address that you have not confirmed.
          </p>
          <SubmitButton className="w-full">Mail me a code</SubmitButton>
        </Form>
      ) : (
        <Callout tone="warn" title="Your address is not confirmed">
          Have a link sent to it first: below, under Email.
        </Callout>
      )}
    </Dialog>
  );
}

/** Sets up a phone number for codes by text message. */
export function AddSms() {
  return (
    <Dialog
      size="sm"
      title="Add a phone number"
      description="Weaker than an app or a key: a number can be taken over. Add it where you have nothing else."
      trigger={
        <Button size="sm" icon="plus">
          Text message
        </Button>
      }
    >
      <Form action={beginSmsAction} result={(setUp) => <Confirm {...setUp} />}>
        <TextField name="phone" label="Mobile number" type="tel" autoComplete="tel" hint="With the country's code: +49 170 1234567. It is used for codes alone, and shown nowhere whole." required autoFocus maxLength={40} />
        <SubmitButton className="w-full">Text me a code</SubmitButton>
      </Form>
    </Dialog>
  );
}

function Confirm({ id, to }: SentSetUp) {
  const [again, setAgain] = useState(false);
  const { run, pending, failure } = useAction(resendSetUpAction, { stay: true, onSuccess: () => setAgain(true) });
  return (
    <Form action={confirmSentAction} hidden={{ id }} result={(added) => <FactorAdded {...added} />}>
      <p role="status">
        {again ? "Another code" : "A code"} is on its way to <span className="font-medium">{to}</span>. It is good for ten minutes.
      </p>
      {failure ? (
        <Callout tone="danger" title={failure.message}>
          {failure.hint}
        </Callout>
      ) : null}
      <TextField name="code" label="Code" hint="Eight digits." inputMode="numeric" autoComplete="one-time-code" maxLength={9} required autoFocus className="max-w-40 font-mono tracking-widest" />
      <SubmitButton className="w-full">Confirm and add</SubmitButton>
      <Button variant="ghost" size="sm" disabled={pending} onClick={() => void run({ id })}>
        Send another code
      </Button>
    </Form>
  );
}
