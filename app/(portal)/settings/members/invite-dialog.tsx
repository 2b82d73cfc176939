"use client";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import type { GrantableRole } from "@/lib/people/grantable";
import { invitePersonAction } from "./actions";
import { GrantFields } from "./grant-fields";

export function InviteDialog(props: { roles: readonly GrantableRole[]; today: string; threeWeeks: string }) {
  return (
    <Dialog
      trigger={
        <Button variant="primary" icon="user-plus">
          Invite
        </Button>
      }
      title="Invite somebody"
      description="They get a mail with a link that works once, for seven days."
    >
      <Form action={invitePersonAction} success="Invited. The mail is on its way.">
        <TextField name="email" label="Email" type="email" required autoComplete="off" maxLength={254} />
        <TextField name="name" label="Name" required autoComplete="off" maxLength={80} />
        <GrantFields {...props} />
        <FormActions>
          <SubmitButton icon="send">Send invitation</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
