"use client";
import { Form } from "@/components/form/form";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog } from "@/components/ui/dialog";
import type { TotpSetUp } from "@/lib/mfa/begin-totp";
import { beginTotpAction, confirmTotpAction } from "./actions";
import { FactorAdded } from "./factor-added";

/** Sets up an authenticator app: its name, its drawing to be scanned, and a first code of it. */
export function AddTotp() {
  return (
    <Dialog
      size="sm"
      title="Add an authenticator app"
      description="An app on your phone that shows a new code every 30 seconds."
      trigger={
        <Button size="sm" icon="plus">
          Authenticator app
        </Button>
      }
    >
      <Form action={beginTotpAction} result={(setUp) => <Confirm {...setUp} />}>
        <TextField name="name" label="Name" hint="So that you know it again: “Phone”, “Work tablet”." required autoFocus maxLength={60} autoComplete="off" />
        <SubmitButton className="w-full">Continue</SubmitButton>
      </Form>
    </Dialog>
  );
}

function Confirm({ id, secret, qr }: TotpSetUp) {
  const groups = secret.replace(/.{4}(?=.)/g, "$& ");
  return (
    <Form action={confirmTotpAction} hidden={{ id }} result={(added) => <FactorAdded {...added} />}>
      <p>Scan this with the app, then type the code that it shows.</p>
      {/* White in both themes, with the quiet zone that scanners need. */}
      <svg role="img" aria-label="QR code of the secret below" viewBox={`-4 -4 ${qr.size + 8} ${qr.size + 8}`} shapeRendering="crispEdges" className="mx-auto w-48 rounded-md bg-white text-black">
        <path d={qr.path} fill="currentColor" />
      </svg>
      <div className="grid gap-1">
        <p className="text-sm text-muted">Or type this key into the app:</p>
        <p className="flex items-start justify-between gap-2 rounded-md border border-line bg-sunken py-1 pr-1 pl-3">
          <code className="py-1 font-mono text-sm break-words select-all">{groups}</code>
          <CopyButton text={secret} label="Copy the key" />
        </p>
      </div>
      <TextField name="code" label="Code" inputMode="numeric" autoComplete="one-time-code" maxLength={7} required autoFocus className="max-w-40 font-mono tracking-widest" />
      <SubmitButton className="w-full">Confirm and add</SubmitButton>
    </Form>
  );
}
