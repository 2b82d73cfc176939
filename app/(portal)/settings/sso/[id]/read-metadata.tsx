"use client";
import { useState } from "react";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import { KeyValue } from "@/components/ui/key-value";
import type { ConnectionView } from "@/lib/sso/list";
import type { MetadataChanges } from "@/lib/sso/metadata-changes";
import { previewMetadataAction, takeMetadata } from "../actions";
import { CertificateState } from "../certificate-state";
import { MetadataField } from "../metadata-field";

/** Reads a SAML provider's metadata anew: first what would change, then the change. */
export function ReadMetadata({ connection: { id, metadata } }: { connection: ConnectionView }) {
  const [asked, setAsked] = useState<Record<string, string>>({});

  function look(_state: null, input: FormData | Record<string, unknown>) {
    const sent = input instanceof FormData ? input : new FormData();
    setAsked({ id, metadataUrl: String(sent.get("metadataUrl") ?? ""), metadata: String(sent.get("metadata") ?? "") });
    return previewMetadataAction(null, input);
  }

  return (
    <Dialog trigger={<Button size="sm" icon="refresh">Read metadata</Button>} title="Read the provider's metadata" description="First you see what would change." size="lg">
      <Form action={look} hidden={{ id }} result={(changes) => <Changes changes={changes} asked={asked} />}>
        <TextField name="metadataUrl" label="Metadata URL" type="url" maxLength={500} autoComplete="off" defaultValue={metadata?.url ?? ""} hint="Read again every day from now on. Leave it empty to give the metadata themselves." />
        <MetadataField label="or the metadata" />
        <FormActions>
          <SubmitButton>Show what changes</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}

function Changes({ changes: { signInUrl, signOutUrl, added, missing, refusal, digest }, asked }: { changes: MetadataChanges; asked: Record<string, string> }) {
  if (refusal) {
    return (
      <Callout tone="danger" title="These metadata cannot be taken.">
        {refusal}
      </Callout>
    );
  }
  return (
    <Form action={takeMetadata} hidden={{ ...asked, digest }} success="The metadata are taken">
      {!signInUrl && !signOutUrl && added.length === 0 && missing.length === 0 ? <Callout tone="ok" title="Nothing changes.">The metadata say what is here already.</Callout> : null}
      <KeyValue
        items={[
          ...(signInUrl ? [{ term: "Sign-in URL", detail: `${signInUrl.before ?? "none"} becomes ${signInUrl.after}` }] : []),
          ...(signOutUrl ? [{ term: "Sign-out URL", detail: `${signOutUrl.before ?? "none"} becomes ${signOutUrl.after}` }] : []),
          ...added.map((certificate) => ({ term: "New certificate", detail: <CertificateState certificate={certificate} /> })),
          ...missing.map((certificate) => ({ term: "Not in the metadata", detail: <CertificateState certificate={certificate} /> })),
        ]}
      />
      {missing.length > 0 ? <Checkbox name="dropMissing" value="true" label="Remove what is not in the metadata" hint="Only when the provider does not sign with it any more; otherwise both count until it ends." /> : null}
      <FormActions>
        <SubmitButton>Apply</SubmitButton>
      </FormActions>
    </Form>
  );
}
