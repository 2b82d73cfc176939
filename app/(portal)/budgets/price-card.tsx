import { Form } from "@/components/form/form";
import { FormActions } from "@/components/form/form-actions";
import { MoneyField } from "@/components/form/money-field";
import { SubmitButton } from "@/components/form/submit-button";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";
import { Money } from "@/components/ui/money";
import { price } from "./actions";

/** What a second of sandbox time costs. */
export function PriceCard({ secondMicros, currency, editable }: { secondMicros: number; currency: string; editable: boolean }) {
  const change = (
    <Dialog size="sm" title="Price of sandbox time" trigger={<Button icon="pencil">Change</Button>} description="It holds for runs that are asked for from now on. Runs under way keep theirs.">
      <Form action={price} success="The price is set.">
        <MoneyField name="secondMicros" label="One second" currency={currency} defaultMicros={secondMicros} required />
        <FormActions>
          <SubmitButton>Set the price</SubmitButton>
        </FormActions>
      </Form>
    </Dialog>
  );
  return (
    <Card title="Price of sandbox time" actions={editable ? change : null}>
      <p>
        <span className="text-lg font-semibold">
          <Money micros={secondMicros} currency={currency} />
        </span>{" "}
        a second, <Money micros={secondMicros * 3600} currency={currency} /> an hour. A run is charged for the time that it took.
      </p>
    </Card>
  );
}
