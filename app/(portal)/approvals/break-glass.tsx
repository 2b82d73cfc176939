"use client";
import type { ReactNode } from "react";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { TextAreaField } from "@/components/form/text-area-field";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { decide } from "./actions";

/** Deciding alone, for whom the policy names for emergencies. */
export function BreakGlass({ id, digest, stage, what }: { id: string; digest: string; stage: number; what: ReactNode }) {
  return (
    <div className="mt-2">
      <Dialog
        size="sm"
        title="Approve this alone?"
        description="The policy names you for emergencies. Every admin is told at once, and it stands in the audit as critical."
        trigger={
          <Button variant="danger" icon="warning">
            Break the glass
          </Button>
        }
      >
        <Form action={decide} hidden={{ id, digest, decision: "approved", breakGlass: "true", stage: String(stage) }} success="Decided alone. The admins have been told.">
          {what}
          <TextAreaField name="reason" label="Why it cannot wait for the others" required rows={3} maxLength={1000} />
          <FormActions>
            <SubmitButton variant="danger">Approve alone</SubmitButton>
          </FormActions>
        </Form>
      </Dialog>
    </div>
  );
}
