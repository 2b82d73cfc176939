import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import type { SecuritySetting } from "@/lib/security/load";
import { changeSecurityAction } from "./actions";

const minutes = { type: "number", inputMode: "numeric", required: true, step: 1 } as const;

/** Time-outs and the limit of sessions, for who may change them. */
export function SessionRules({ setting }: { setting: SecuritySetting }) {
  return (
    <Form action={changeSecurityAction} success="The rules hold from now on.">
      <fieldset className="grid gap-4 sm:grid-cols-2">
        <legend className="mb-2 font-medium">Everybody</legend>
        <TextField {...minutes} name="idleMinutes" label="Ends after so many minutes without use" min={5} max={1440} defaultValue={setting.idleMinutes} hint="5 minutes to a day" />
        <TextField {...minutes} name="maxHours" label="Ends at the latest after so many hours" min={1} max={168} defaultValue={setting.maxHours} hint="1 hour to a week" />
      </fieldset>
      <fieldset className="grid gap-4 sm:grid-cols-2">
        <legend className="mb-2 font-medium">Admins of the organization or of a workspace</legend>
        <TextField {...minutes} name="adminIdleMinutes" label="Ends after so many minutes without use" min={5} max={60} defaultValue={setting.adminIdleMinutes} hint="5 minutes to an hour" />
        <TextField {...minutes} name="adminMaxHours" label="Ends at the latest after so many hours" min={1} max={24} defaultValue={setting.adminMaxHours} hint="1 hour to a day" />
      </fieldset>
      <fieldset className="grid gap-4 sm:grid-cols-2">
        <legend className="mb-2 font-medium">At once</legend>
        <TextField {...minutes} name="maxSessions" label="Sessions that one person may have" min={1} max={50} defaultValue={setting.maxSessions} hint="When one more opens, the oldest ends and the person is told." />
      </fieldset>
      <FormActions>
        <SubmitButton>Save</SubmitButton>
      </FormActions>
    </Form>
  );
}
