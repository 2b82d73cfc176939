"use client";
import { useState } from "react";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { MoneyField } from "@/components/form/money-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextAreaField } from "@/components/form/text-area-field";
import { useShortcuts } from "@/components/shell/shortcuts";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { formatMicros } from "@/components/ui/money-format";
import { decide } from "./actions";
import { useWorkbench } from "./workbench-context";

interface ApproveLessProps {
  id: string;
  digest: string;
  stage: number;
  /** What was asked for. */
  amountMicros: number;
  currency: string;
}

/** A yes to a part of the money that was asked for: the budget is raised by that much. */
export function ApproveLess({ id, digest, stage, amountMicros, currency }: ApproveLessProps) {
  const { moving } = useWorkbench();
  const [open, setOpen] = useState(false);
  const show = () => {
    if (!moving) setOpen(true);
  };
  useShortcuts([{ keys: "n", label: "Approve less than was asked", run: show }], "Approvals");
  return (
    <>
      <Button icon="filter" disabled={moving} onClick={show} aria-keyshortcuts="n">
        Less…
      </Button>
      <Dialog title="Approve less than was asked" size="sm" open={open} onOpenChange={setOpen}>
        <Form action={decide} hidden={{ id, digest, decision: "approved", stage: String(stage) }} success="Approved. The budget is raised by that much.">
          <MoneyField name="amountMicros" label="Raise it by" hint={`${formatMicros(amountMicros, currency)} were asked for. The requester is told, and can ask for the rest again.`} required currency={currency} />
          <TextAreaField name="reason" label="Reason" hint="The requester reads it." required rows={3} maxLength={1000} />
          <FormActions>
            <SubmitButton icon="check">Approve this much</SubmitButton>
          </FormActions>
        </Form>
      </Dialog>
    </>
  );
}
