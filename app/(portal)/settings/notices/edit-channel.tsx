"use client";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { updateChannelAction } from "./actions";
import { NameField, TellingFields } from "./channel-fields";

type Props = { channel: { id: string; name: string; topics: string[]; riskAtLeast: string } };

/** What a channel is called and what it is told. */
export function EditChannel({ channel: { id, name, topics, riskAtLeast } }: Props) {
  return (
    <Dialog
      trigger={
        <Button size="sm" variant="ghost" icon="pencil">
          Edit
        </Button>
      }
      title={`Edit ${name}`}
      description="What happened before is not told afterwards. Another address or workspace is another channel: add it, and remove this one."
    >
      <Form action={updateChannelAction} success="The channel is changed" hidden={{ id }}>
        <NameField name={name} />
        <TellingFields topics={topics} riskAtLeast={riskAtLeast} />
        <FormActions>
          <SubmitButton>Save</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
