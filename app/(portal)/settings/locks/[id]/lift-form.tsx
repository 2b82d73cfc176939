import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { liftLockAction } from "../actions";

export function LiftForm({ id }: { id: string }) {
  return (
    <Form action={liftLockAction} hidden={{ id }} success="Lifted.">
      <TextField name="reason" label="Why it is lifted" required maxLength={500} />
      <FormActions>
        <SubmitButton icon="undo">Lift the lock</SubmitButton>
      </FormActions>
    </Form>
  );
}
