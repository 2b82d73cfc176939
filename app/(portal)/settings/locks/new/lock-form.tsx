"use client";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SelectField } from "@/components/form/select-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextAreaField } from "@/components/form/text-area-field";
import { TextField } from "@/components/form/text-field";
import { ButtonLink } from "@/components/ui/button-link";
import { Callout } from "@/components/ui/callout";
import { lockTimes, type LockKind } from "@/lib/locks/words";
import { placeLockAction } from "../actions";
import { LockLines } from "../lock-lines";

type Props = { of: { kind: LockKind; target: string; workspaceId: string | null }; name: string };

/** For how long, with which words; then the receipt of what was stopped. */
export function LockForm({ of, name }: Props) {
  return (
    <Form
      action={placeLockAction}
      hidden={{ kind: of.kind, target: of.target, workspaceId: of.kind === "tool" ? (of.workspaceId ?? "") : "" }}
      result={({ id, lines }) => (
        <div className="grid gap-4">
          <Callout
            tone="ok"
            title={`${name} is locked.`}
            action={
              <ButtonLink href={`/settings/locks/${id}`} size="sm">
                See the lock
              </ButtonLink>
            }
          >
            The lock and the audit keep this receipt.
          </Callout>
          <LockLines lines={lines} none="Nothing was under way." />
        </div>
      )}
    >
      <SelectField name="minutes" label="For how long" options={lockTimes} />
      <TextField name="message" label="Message" required maxLength={300} defaultValue="Stopped by an administrator." hint="Shown to whom it stops." />
      <TextAreaField name="reason" label="Reason" maxLength={500} rows={2} hint="For the audit and whoever lifts it. Not shown to whom it stops." />
      <FormActions>
        <SubmitButton variant="danger" icon="lock">
          Lock now
        </SubmitButton>
      </FormActions>
    </Form>
  );
}
