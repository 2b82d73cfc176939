import { ChoiceField } from "@/components/form/choice-field";
import { MoneyField } from "@/components/form/money-field";
import { TextField } from "@/components/form/text-field";

interface LimitFieldsProps {
  currency: string;
  capMicros?: number;
  hard?: boolean;
  thresholds?: number[];
}

/** The part of a budget that can be changed: how much, what happens then, and when people are told. */
export function LimitFields({ currency, capMicros, hard = true, thresholds = [80, 100] }: LimitFieldsProps) {
  return (
    <>
      <MoneyField name="capMicros" label="Cap" currency={currency} defaultMicros={capMicros} required placeholder="1,250.00" />
      <ChoiceField
        name="hard"
        label="At the cap"
        defaultValue={String(hard)}
        options={[
          { value: "true", label: "Refuse", hint: "What would go over the cap is refused, with a way to ask for more." },
          { value: "false", label: "Only tell", hint: "Nothing is refused; people are told." },
        ]}
      />
      <TextField name="thresholds" label="Tell at, in percent" hint="Those who may set this budget are told once per window and threshold." required defaultValue={thresholds.join(", ")} inputMode="numeric" autoComplete="off" />
    </>
  );
}
