import { CheckListField } from "@/components/form/check-list-field";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { permissionTable, roles } from "@/lib/ability/permissions";
import type { SecuritySetting } from "@/lib/security/load";
import { requireFactorsAction } from "./actions";

/** Which roles must have a second factor, and from when on, for who may change it. */
export function FactorRules({ setting }: { setting: SecuritySetting }) {
  return (
    <Form action={requireFactorsAction} success="The rule holds from now on.">
      <CheckListField
        name="factorRoles"
        label="Roles that need one"
        options={roles.map((role) => ({ value: role, label: permissionTable[role].label }))}
        defaultValue={setting.factorRoles}
        hint="Without one, and once the days of grace are over, they can open nothing but their account, where they set one up."
      />
      <div className="max-w-sm">
        <TextField name="factorGraceDays" label="Days of grace" type="number" inputMode="numeric" required step={1} min={0} max={90} defaultValue={setting.factorGraceDays} hint="From when the rule is made or a role is added to it, or from when somebody gets the role." />
      </div>
      <FormActions>
        <SubmitButton>Save</SubmitButton>
      </FormActions>
    </Form>
  );
}
