"use client";
import type { ComponentProps } from "react";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { readmitPersonAction } from "../actions";
import { GrantFields } from "../grant-fields";

/** Invites somebody again who was removed. */
export function ReadmitDialog({ id, name, ...fields }: ComponentProps<typeof GrantFields> & { id: string; name: string }) {
  return (
    <Dialog
      trigger={<Button icon="undo">Invite again</Button>}
      title={`Invite ${name} again?`}
      description="They were removed. With this they may come back as the same person, by a new mail, with this role alone."
    >
      <Form action={readmitPersonAction} hidden={{ id }} success="Invited again. The mail is on its way.">
        <GrantFields {...fields} />
        <FormActions>
          <SubmitButton icon="send">Invite again</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
