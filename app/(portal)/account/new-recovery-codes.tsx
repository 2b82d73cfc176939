"use client";
import { Form } from "@/components/form/form";
import { SubmitButton } from "@/components/form/submit-button";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { renewRecoveryCodesAction } from "./actions";
import { RecoveryCodes } from "./recovery-codes";

/** Makes new recovery codes in the place of the old ones. */
export function NewRecoveryCodes() {
  return (
    <Dialog size="sm" title="Make new recovery codes?" description="The ones that you have are worth nothing from then on." trigger={<Button size="sm">New codes</Button>}>
      <Form action={renewRecoveryCodesAction} result={({ recoveryCodes }) => <RecoveryCodes codes={recoveryCodes} />}>
        <SubmitButton className="w-full">Make new codes</SubmitButton>
      </Form>
    </Dialog>
  );
}
