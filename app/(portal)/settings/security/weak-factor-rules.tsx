import { CheckListField } from "@/components/form/check-list-field";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { Checkbox } from "@/components/ui/checkbox";
import type { SecuritySetting } from "@/lib/security/load";
import { allowFactorsAction } from "./actions";

export const weakLabels = { email: "Codes by mail", sms: "Codes by text message" } as const;

const days = { type: "number", inputMode: "numeric", required: true, step: 1, min: 0, max: 90 } as const;

/** Whether codes that are sent may be a second factor, and for how long a browser is remembered, for who may change it. */
export function WeakFactorRules({ setting, hasSms }: { setting: SecuritySetting; hasSms: boolean }) {
  const kinds = hasSms ? (["email", "sms"] as const) : (["email"] as const);
  return (
    <Form action={allowFactorsAction} success="The rules hold from now on.">
      <CheckListField
        name="weakFactors"
        label="Codes that are sent"
        options={kinds.map((kind) => ({ value: kind, label: weakLabels[kind] }))}
        defaultValue={setting.weakFactors}
        hint="Weaker than an app or a key: whoever reads the mail, or takes over the number, has the code. NIST SP 800-63B-4 takes no codes by mail, and warns of text messages. Whoever has nothing else signs in by the password alone once you take one away."
      />
      <Checkbox
        name="weakFactorsCount"
        value="true"
        defaultChecked={setting.weakFactorsCount}
        label="Good enough for everything"
        hint="Such a code then also meets a role's need for a second factor, and is a fresh proof before critical changes. Otherwise it only signs in, and only those who must not have a stronger one."
      />
      <fieldset className="grid gap-4 sm:grid-cols-2">
        <legend className="mb-2 font-semibold">Remembered browsers</legend>
        <TextField {...days} name="rememberDays" label="Days without the second step" defaultValue={setting.rememberDays} hint="After it, on a browser of one's own, for who asks for it. 0: never." />
        <TextField {...days} name="rememberAdminDays" label="For admins of the organization or of a workspace" defaultValue={setting.rememberAdminDays} hint="The shorter of both holds for them. 0: never." />
      </fieldset>
      <FormActions>
        <SubmitButton>Save</SubmitButton>
      </FormActions>
    </Form>
  );
}
