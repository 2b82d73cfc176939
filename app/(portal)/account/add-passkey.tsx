"use client";
import { makePasskey } from "@/components/form/ask-passkey";
import { Form } from "@/components/form/form";
import type { ActionResult } from "@/components/form/result";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import type { Confirmed } from "@/lib/mfa/confirm-factor";
import { beginPasskeyAction, confirmPasskeyAction } from "./actions";
import { FactorAdded } from "./factor-added";

/** Has the browser make a passkey, or register a security key. */
export function AddPasskey() {
  async function add(_state: null, input: FormData | Record<string, unknown>): Promise<ActionResult<Confirmed>> {
    const name = String(input instanceof FormData ? input.get("name") : "");
    const begun = await beginPasskeyAction(null, {});
    if (!begun.ok) return begun;
    const made = await makePasskey(begun.value);
    return made.ok ? confirmPasskeyAction(null, { name, response: made.value }) : made;
  }
  return (
    <Dialog
      size="sm"
      title="Add a passkey or security key"
      description="On this device, your phone, or a key that you plug in. It works at this address only, so no other page can ask for it."
      trigger={
        <Button size="sm" icon="plus">
          Passkey or key
        </Button>
      }
    >
      <Form action={add} result={(added) => <FactorAdded {...added} />}>
        <TextField name="name" label="Name" hint="So that you know it again: “Laptop”, “Key on my ring”." required autoFocus maxLength={60} autoComplete="off" />
        <SubmitButton className="w-full">Continue on the key</SubmitButton>
      </Form>
    </Dialog>
  );
}
