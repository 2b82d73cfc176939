"use client";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { SubmitButton } from "@/components/form/submit-button";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { rotateDirectoryTokenAction } from "../actions";
import { TokenOnce } from "../token-once";

/** Makes another token, after saying that the earlier one stops. */
export function RotateDialog({ id, baseUrl }: { id: string; baseUrl: string }) {
  return (
    <Dialog
      trigger={<Button icon="refresh">New token</Button>}
      title="Make a new token?"
      description="The one in use is refused from its next request on, until your directory has the new one. Nobody loses anything meanwhile."
    >
      <Form action={rotateDirectoryTokenAction} hidden={{ id }} result={({ token }) => <TokenOnce token={token} baseUrl={baseUrl} />}>
        <FormActions>
          <SubmitButton icon="refresh">Make a new token</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
}
