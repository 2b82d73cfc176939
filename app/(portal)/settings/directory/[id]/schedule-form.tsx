import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { Card } from "@/components/ui/card";
import type { SourceView } from "@/lib/directory/pull/view";
import { updateDirectoryScheduleAction } from "../actions";

const intervals = [
  { value: "15", label: "Every 15 minutes" },
  { value: "60", label: "Every hour" },
  { value: "360", label: "Every 6 hours" },
  { value: "1440", label: "Every day" },
  { value: "0", label: "Only when somebody starts it" },
];

export function ScheduleForm({ id, source }: { id: string; source: SourceView }) {
  return (
    <Card title="How often, and when it asks first" description="A broken server or a wrong filter looks as if everybody had left. Beyond these bounds a sync changes nothing and asks you.">
      <Form action={updateDirectoryScheduleAction} hidden={{ id }} success="Saved." className="max-w-xl">
        <SelectField name="everyMinutes" label="Sync" defaultValue={String(source.everyMinutes)} options={intervals} />
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField name="mostLossPercent" label="At most this share loses something (%)" type="number" min={1} max={100} required defaultValue={source.mostLossPercent} />
          <TextField name="mostLossPeople" label="Unless it is no more than (people)" type="number" min={0} max={1_000} required defaultValue={source.mostLossPeople} />
        </div>
        <FormActions>
          <SubmitButton>Save</SubmitButton>
        </FormActions>
      </Form>
    </Card>
  );
}
