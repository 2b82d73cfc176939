"use client";
import type { ComponentProps } from "react";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { changeRoleAction, grantRoleAction } from "../actions";
import { GrantFields } from "../grant-fields";

type Props = ComponentProps<typeof GrantFields> & { personId: string; grantId?: string };

/** Gives a role, or puts another one in the place of one that is held. */
export function RoleDialog({ personId, grantId, ...fields }: Props) {
  const trigger = grantId ? (
    <Button size="sm" icon="pencil">
      Change
    </Button>
  ) : (
    <Button icon="plus">Give a role</Button>
  );
  return (
    <Dialog trigger={trigger} title={grantId ? "Change the role" : "Give a role"} description="It counts from their next click on. You can give what you hold yourself.">
      <Form action={grantId ? changeRoleAction : grantRoleAction} hidden={grantId ? { grantId } : { personId }} success={grantId ? "Role changed." : "Role given."}>
        <GrantFields {...fields} />
        <FormActions>
          <SubmitButton>{grantId ? "Change role" : "Give role"}</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
