"use client";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Dialog } from "@/components/ui/dialog";
import type { DomainView } from "@/lib/sso/list";
import type { GlassView } from "@/lib/sso/list-glass";
import { enforce } from "../actions";

type Props = { domain: DomainView; glass: readonly GlassView[]; personId: string };

/** Requires single sign-on of a domain, or gives the way in to somebody else. */
export function RequireDomain({ domain: { id, domain, enforcedAt, breakGlass }, glass, personId }: Props) {
  const held = glass.find(({ email }) => email === breakGlass)?.id ?? (glass.some((each) => each.id === personId) ? personId : undefined);
  return (
    <Dialog
      trigger={<Button size="sm">{enforcedAt ? "Change who keeps the way in" : "Require"}</Button>}
      title={enforcedAt ? `Who keeps the way in for ${domain}?` : `Require single sign-on for ${domain}?`}
      description="Passwords of its addresses let nobody in but one admin, should the identity provider fail. Each use is told to all admins. Who is signed in stays so."
    >
      {glass.length === 0 ? (
        <Callout tone="warn" title="Nobody could keep the way in.">
          It must be an organization admin without an end date who has a password and an authenticator app or a passkey. Add one in your account first.
        </Callout>
      ) : (
        <Form action={enforce} hidden={{ id }} success={enforcedAt ? "The way in has changed hands" : `Everybody of ${domain} signs in there now`}>
          <SelectField name="breakGlassPersonId" label="Keeps the way in" defaultValue={held} options={glass.map((each) => ({ value: each.id, label: `${each.name} (${each.email})` }))} hint="Organization admins with a password and a factor of their own." />
          <FormActions>
            <SubmitButton>{enforcedAt ? "Change" : "Require it"}</SubmitButton>
          </FormActions>
        </Form>
      )}
    </Dialog>
  );
}
