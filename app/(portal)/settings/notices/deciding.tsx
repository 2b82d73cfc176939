"use client";
import { useState } from "react";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { CopyableId } from "@/components/ui/copyable-id";
import { Dialog } from "@/components/ui/dialog";
import { SecretOnce } from "@/components/ui/secret-once";
import { setDecidingAction } from "./actions";
import { decidingOptions } from "./words";

type Props = { channel: { id: string; kind: string; name: string; decideUpTo: string | null; callback: string } };

/** Up to which risk requests may be decided in a channel, and by what its word is believed. */
export function Deciding({ channel: { id, kind, name, decideUpTo, callback } }: Props) {
  const [upTo, setUpTo] = useState(decideUpTo ?? "");
  const isSlack = kind === "slack";
  return (
    <Dialog
      trigger={
        <Button size="sm" variant="ghost" icon="check">
          Deciding
        </Button>
      }
      title={`Deciding in ${name}`}
      description="Messages of requests up to this risk get buttons. They count for people whose account in this chat your identity provider vouches for, and who may decide the request in the portal. What is riskier, and whatever a message cannot show whole, stays a link."
    >
      <Form
        action={setDecidingAction}
        hidden={{ id }}
        result={({ secret }) => (
          <div className="grid gap-4">
            <p>{upTo === "" ? "Nothing is decided in this channel any more, and its secret is forgotten." : "Requests that are told from now on can be decided in this channel."}</p>
            {secret ? <SecretOnce secret={secret} label="The secret that your server signs its answers with" warning="Copy it now. It is kept encrypted and cannot be shown again; saving this once more makes another." /> : null}
          </div>
        )}
      >
        <SelectField name="upTo" label="Decide in this chat" options={decidingOptions} value={upTo} onChange={(event) => setUpTo(event.target.value)} hint="Never high or critical, and never money, access or new agents: these need the portal." />
        {upTo === "" ? null : (
          <>
            {isSlack ? (
              <TextField
                name="signingSecret"
                label="Signing secret of the Slack app"
                type="password"
                autoComplete="off"
                maxLength={64}
                required={decideUpTo === null}
                hint={`In Slack, Basic Information of the app that has the webhook.${decideUpTo === null ? "" : " Leave it empty to keep the one that is here."} It is kept encrypted and not shown again.`}
              />
            ) : null}
            <div className="grid gap-1">
              <p className="font-medium">{isSlack ? "Request URL for the app's Interactivity" : "Where your server posts an answer"}</p>
              <CopyableId id={callback} full />
              {isSlack ? null : <p className="text-sm text-muted">JSON with decision, reason, actor.id and the reference of the message, signed after Standard Webhooks with a secret that is shown once when you save.</p>}
            </div>
          </>
        )}
        <FormActions>
          <SubmitButton>Save</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
