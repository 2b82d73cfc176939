import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextAreaField } from "@/components/form/text-area-field";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { create } from "./actions";

type Props = { workspaces: readonly { id: string; name: string }[]; forAll: boolean };

/** Makes a template. `forAll`: whether the caller may make one for agents of every workspace. */
export function NewTemplate({ workspaces, forAll }: Props) {
  return (
    <Dialog
      trigger={
        <Button variant="primary" icon="plus">
          New template
        </Button>
      }
      title="New template"
      description="A blueprint of agents. It says nothing until its grid is published."
    >
      <Form action={create} success="The template is made" redirectTo="/policies/templates/:id">
        <TextField name="name" label="Name" required maxLength={80} autoComplete="off" />
        <TextAreaField name="description" label="What its agents are for" rows={3} maxLength={1000} />
        <SelectField
          name="workspaceId"
          label="For agents of"
          {...(forAll ? { placeholder: "Every workspace" } : { required: true })}
          options={workspaces.map(({ id, name }) => ({ value: id, label: name }))}
          hint="This does not change later."
        />
        <FormActions>
          <SubmitButton>Make it</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
