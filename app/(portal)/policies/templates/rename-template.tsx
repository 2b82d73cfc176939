import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { TextAreaField } from "@/components/form/text-area-field";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { rename } from "./actions";

/** Calls a template otherwise. */
export function RenameTemplate({ template: { id, name, description } }: { template: { id: string; name: string; description: string } }) {
  return (
    <Dialog
      trigger={
        <Button size="sm" icon="pencil">
          Rename
        </Button>
      }
      title={`Rename ${name}`}
      description="Its agents, its grid and its network list stay as they are."
    >
      <Form action={rename} hidden={{ id }} success="The template is renamed">
        <TextField name="name" label="Name" required maxLength={80} defaultValue={name} autoComplete="off" />
        <TextAreaField name="description" label="What its agents are for" rows={3} maxLength={1000} defaultValue={description} />
        <FormActions>
          <SubmitButton>Rename it</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
