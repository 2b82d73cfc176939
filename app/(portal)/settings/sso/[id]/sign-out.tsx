"use client";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog } from "@/components/ui/dialog";
import type { ConnectionView } from "@/lib/sso/list";
import { setSignOutAction } from "../actions";

/** Where a SAML provider is asked to end its session, and what else is signed by our key. */
export function SignOut({ connection: { id, signOutUrl, signsRequests } }: { connection: ConnectionView }) {
  return (
    <Dialog trigger={<Button size="sm">Sign-out</Button>} title="Single logout" description="Who signs out at one end is signed out at the other, too.">
      <Form action={setSignOutAction} hidden={{ id }} success="Saved">
        <TextField name="signOutUrl" label="Sign-out URL" type="url" maxLength={1000} autoComplete="off" defaultValue={signOutUrl ?? ""} hint="The provider's SingleLogoutService for the HTTP-Redirect binding. Empty: who signs out here stays signed in there." />
        <Checkbox name="signsRequests" value="true" defaultChecked={signsRequests} label="Sign requests to sign in, too" hint="For providers that ask for it. Requests to sign out are always signed." />
        <FormActions>
          <SubmitButton>Save</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
