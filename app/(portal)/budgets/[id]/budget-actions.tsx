import { ActionButton } from "@/components/form/action-button";
import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { MoneyField } from "@/components/form/money-field";
import { SubmitButton } from "@/components/form/submit-button";
import { TextAreaField } from "@/components/form/text-area-field";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import type { BudgetDetail } from "@/lib/budgets/load";
import { archive, ask, set } from "../actions";
import { LimitFields } from "../limit-fields";

/** What this person may do with a budget. */
export function BudgetActions({ detail }: { detail: BudgetDetail }) {
  const { budget, currency, can } = detail;
  const { scopeType, scopeId, period, timeZone, capMicros, hard, thresholds } = budget;
  return (
    <>
      {can.ask ? (
        <Dialog size="sm" title="Ask for more" trigger={<Button icon="plus">Ask for more</Button>} description={`For the ${period} that runs now, and no other. Somebody who may raise it decides.`}>
          <Form action={ask} hidden={{ budgetId: budget.id }} success="Asked. You are told when it is decided.">
            <MoneyField name="amountMicros" label="How much more" currency={currency} required />
            <TextAreaField name="reason" label="Why" required rows={3} maxLength={1000} />
            <FormActions>
              <SubmitButton>Ask</SubmitButton>
            </FormActions>
          </Form>
        </Dialog>
      ) : null}
      {can.set ? (
        <>
          <Dialog size="sm" title="Change the budget" trigger={<Button icon="pencil">Change</Button>} description="It holds at once. A cap below what is used is possible: then nothing more is allowed until the window ends.">
            <Form action={set} hidden={{ scopeType, scopeId, period, timeZone }} success="The budget is changed.">
              <LimitFields currency={currency} capMicros={capMicros} hard={hard} thresholds={thresholds} />
              <FormActions>
                <SubmitButton>Change</SubmitButton>
              </FormActions>
            </Form>
          </Dialog>
          <ActionButton
            action={archive}
            input={{ id: budget.id }}
            icon="archive"
            success="The budget is closed."
            redirectTo="/budgets"
            confirm={{ title: "Close this budget?", consequence: "It limits nothing from now on. Its windows stay readable, and what is reserved in it still settles.", confirmLabel: "Close the budget" }}
          >
            Close
          </ActionButton>
        </>
      ) : null}
    </>
  );
}
