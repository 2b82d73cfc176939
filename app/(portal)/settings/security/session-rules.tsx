import { Form } from "@/components/form/form";
import { ChoiceField } from "@/components/form/choice-field";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import type { SecuritySetting } from "@/lib/security/load";
import { changeSecurityAction } from "./actions";

const minutes = { type: "number", inputMode: "numeric", required: true, step: 1 } as const;

export const unusualChoices = [
  { value: "notice", label: "Let it in and tell them", hint: "By a notice and a mail, with what to do if it was not them." },
  { value: "challenge", label: "Refuse it without a second factor", hint: "Signing in by your identity provider counts as one: it asks for what it asks for." },
  { value: "block", label: "Refuse it", hint: "They are told by mail. Whoever travels signs in by a network of yours." },
];

/** Time-outs and the limit of sessions, for who may change them. */
export function SessionRules({ setting }: { setting: SecuritySetting }) {
  return (
    <Form action={changeSecurityAction} success="The rules hold from now on.">
      <fieldset className="grid gap-4 sm:grid-cols-2">
        <legend className="mb-2 font-semibold">Everybody</legend>
        <TextField {...minutes} name="idleMinutes" label="Ends after so many minutes without use" min={5} max={1440} defaultValue={setting.idleMinutes} hint="5 minutes to a day" />
        <TextField {...minutes} name="maxHours" label="Ends at the latest after so many hours" min={1} max={168} defaultValue={setting.maxHours} hint="1 hour to a week" />
      </fieldset>
      <fieldset className="grid gap-4 sm:grid-cols-2">
        <legend className="mb-2 font-semibold">Admins of the organization or of a workspace</legend>
        <TextField {...minutes} name="adminIdleMinutes" label="Ends after so many minutes without use" min={5} max={60} defaultValue={setting.adminIdleMinutes} hint="5 minutes to an hour" />
        <TextField {...minutes} name="adminMaxHours" label="Ends at the latest after so many hours" min={1} max={24} defaultValue={setting.adminMaxHours} hint="1 hour to a day" />
      </fieldset>
      <fieldset className="grid gap-4 sm:grid-cols-2">
        <legend className="mb-2 font-semibold">At once</legend>
        <TextField {...minutes} name="maxSessions" label="Sessions that one person may have" min={1} max={50} defaultValue={setting.maxSessions} hint="When one more opens, the oldest ends and the person is told." />
      </fieldset>
      <ChoiceField name="unusualSignIn" label="A sign-in that is unusual for its person: from a new country, or farther away than they can have travelled" defaultValue={setting.unusualSignIn} options={unusualChoices} hint="A browser that somebody has not used before is only ever told of." />
      <FormActions>
        <SubmitButton>Save</SubmitButton>
      </FormActions>
    </Form>
  );
}
