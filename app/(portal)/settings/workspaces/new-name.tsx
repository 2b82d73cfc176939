import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { addProject, addWorkspace } from "./actions";

/** A workspace needs no more than a name. */
export function NewWorkspace() {
  return (
    <Dialog
      trigger={
        <Button variant="primary" icon="plus">
          New workspace
        </Button>
      }
      title="New workspace"
      description="A part of the organization with its own agents, projects, roles and budgets."
      size="sm"
    >
      <Form action={addWorkspace} success="The workspace is made">
        <TextField name="name" label="Name" required maxLength={80} autoComplete="off" />
        <FormActions>
          <SubmitButton>Create workspace</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}

/** Nor does a project. */
export function NewProject({ workspace }: { workspace: { id: string; name: string } }) {
  return (
    <Dialog
      trigger={
        <Button size="sm" icon="plus">
          New project
        </Button>
      }
      title={`New project in ${workspace.name}`}
      description="Costs of agents are booked on their project."
      size="sm"
    >
      <Form action={addProject} success="The project is made" hidden={{ workspaceId: workspace.id }}>
        <TextField name="name" label="Name" required maxLength={80} autoComplete="off" />
        <FormActions>
          <SubmitButton>Create project</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
