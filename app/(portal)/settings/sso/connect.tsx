"use client";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { TextAreaField } from "@/components/form/text-area-field";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { connectOidcAction, connectSamlAction } from "./actions";
import { MetadataField } from "./metadata-field";

/** Connects an OpenID Connect provider; its page says then what the provider must be told. */
export function ConnectOidc() {
  return (
    <Dialog
      trigger={
        <Button variant="primary" icon="plus">
          Connect OpenID Connect
        </Button>
      }
      title="Connect OpenID Connect"
      description="Register a web application at your provider first; the next page has its redirect address."
    >
      <Form action={connectOidcAction} success="The provider is connected" redirectTo="/settings/sso/:id">
        <TextField name="name" label="Name" required maxLength={80} autoComplete="off" hint="As your people call it: for example “Okta”." />
        <TextField name="discoveryUrl" label="Discovery URL" type="url" required maxLength={500} autoComplete="off" hint="The issuer, or its /.well-known/openid-configuration." />
        <TextField name="clientId" label="Client id" required maxLength={300} autoComplete="off" />
        <TextField name="clientSecret" label="Client secret" type="password" required maxLength={1000} autoComplete="off" hint="Kept encrypted, and never shown again." />
        <FormActions>
          <SubmitButton>Connect</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}

/** Connects a SAML identity provider by its metadata or by the three things that matter in it. */
export function ConnectSaml() {
  return (
    <Dialog trigger={<Button icon="plus">Connect SAML 2.0</Button>} title="Connect SAML 2.0" description="Give one of the three: the metadata's address, the metadata, or its fields." size="lg">
      <Form action={connectSamlAction} success="The provider is connected" redirectTo="/settings/sso/:id">
        <TextField name="name" label="Name" required maxLength={80} autoComplete="off" />
        <TextField name="metadataUrl" label="Metadata URL" type="url" maxLength={500} autoComplete="off" hint="Read again every day, so that new certificates of the provider are here in time." />
        <MetadataField />
        <details className="grid gap-4 rounded-md border border-line bg-sunken px-3 py-2">
          <summary className="cursor-pointer font-medium">Fields</summary>
          <div className="mt-3 grid gap-4">
            <TextField name="issuer" label="Entity id" maxLength={500} autoComplete="off" />
            <TextField name="signInUrl" label="Sign-in URL" type="url" maxLength={1000} autoComplete="off" hint="For the HTTP-Redirect binding." />
            <TextField name="signOutUrl" label="Sign-out URL" type="url" maxLength={1000} autoComplete="off" hint="Optional, for the HTTP-Redirect binding: who signs out here signs out there, too." />
            <TextAreaField name="certificate" label="Signing certificate" rows={4} mono maxLength={20000} hint="PEM, or its base64." />
          </div>
        </details>
        <FormActions>
          <SubmitButton>Connect</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
