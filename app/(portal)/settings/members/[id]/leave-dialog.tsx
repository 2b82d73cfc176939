"use client";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import type { PersonView } from "@/lib/people/load";
import { removePersonAction } from "../actions";
import { LeavingReceipt } from "./leaving-receipt";

type Props = { id: string; name: string; mayRemove: boolean; invited: boolean; owned: PersonView["owned"] };

/** Removes a person, after saying what ends and asking who takes over. The receipt stays open while the page learns that they are gone. */
export function LeaveDialog({ id, name, mayRemove, invited, owned }: Props) {
  const verb = invited ? "Withdraw invitation" : "Remove";
  const agents = owned.agents === 1 ? "1 agent" : `${owned.agents} agents`;
  return (
    <Dialog
      trigger={
        mayRemove ? (
          <Button icon="trash" variant="danger">
            {verb}
          </Button>
        ) : undefined
      }
      title={invited ? "Withdraw this invitation?" : `Remove ${name}?`}
      description={
        invited
          ? "The link stops working at once. You can invite them again later."
          : "Their sessions, roles, invitations and the keys they made for their own agents end at once. What they did keeps their name, and only an admin can let them in again."
      }
    >
      <Form action={removePersonAction} hidden={{ id }} result={(receipt) => <LeavingReceipt receipt={receipt} />}>
        {owned.agents > 0 ? (
          <SelectField
            name="successorId"
            label="Who takes over"
            required
            placeholder="Choose somebody"
            hint={`${name} answers for ${agents}. They keep working and are answered for by whom you choose; keys that ${name} made for them are revoked.`}
            options={owned.successors.map((each) => ({ value: each.id, label: `${each.name} (${each.email})` }))}
          />
        ) : null}
        <FormActions>
          <SubmitButton variant="danger" icon="trash">
            {verb}
          </SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
