import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { revokeLeaseAction } from "../actions";

export function RevokeForm({ id }: { id: string }) {
  return (
    <Form action={revokeLeaseAction} hidden={{ id }} success="Revoked.">
      <TextField name="reason" label="Why it is revoked" required minLength={3} maxLength={500} />
      <FormActions>
        <SubmitButton icon="ban" variant="danger">
          Revoke the lease
        </SubmitButton>
      </FormActions>
    </Form>
  );
}
