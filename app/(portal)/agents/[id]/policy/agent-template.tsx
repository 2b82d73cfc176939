import Link from "next/link";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";
import type { AgentView } from "@/lib/agents/load";
import { requireSession } from "@/lib/ctx/session";
import { listTemplates } from "@/lib/templates/list";
import { setTemplate } from "../../actions";

/** The template whose policies hold for the agent besides its own, and the way to another. */
export async function AgentTemplate({ agent, mayUpdate }: { agent: AgentView; mayUpdate: boolean }) {
  const templates = mayUpdate ? await listTemplates(await requireSession()) : [];
  const options = templates.filter(({ workspace }) => workspace === null || workspace.id === agent.workspace.id).map(({ id, name }) => ({ value: id, label: name }));
  const { template } = agent;
  return (
    <Card
      title="Template"
      description="What it says holds for this agent besides its own policy."
      actions={
        mayUpdate && (options.length > 0 || template) ? (
          <Dialog trigger={<Button size="sm" icon="pencil">Change template</Button>} title="Change template" description="It counts for every action from now on. What was approved before and is not carried out yet is decided anew.">
            <Form action={setTemplate} success="The template is changed" hidden={{ agentId: agent.id }}>
              <SelectField name="templateId" label="Template" placeholder="None" options={options} defaultValue={template && !template.archived ? template.id : ""} />
              <FormActions>
                <SubmitButton>Change it</SubmitButton>
              </FormActions>
            </Form>
          </Dialog>
        ) : undefined
      }
    >
      {template ? (
        <p className="flex flex-wrap items-center gap-2">
          <Link href={`/policies/templates/${template.id}`} className="inline-flex min-h-6 items-center font-medium text-accent hover:underline">
            {template.name}
          </Link>
          {template.archived ? <Badge tone="warn">Archived, holds on</Badge> : null}
        </p>
      ) : (
        <p className="text-muted">None.</p>
      )}
    </Card>
  );
}
