"use client";
import { type Choice, RadioGroup } from "../ui/radio-group";
import { FieldNotes, type FieldProps, useField } from "./field";

interface ChoiceFieldProps extends FieldProps {
  options: readonly Choice[];
  defaultValue?: string;
  layout?: "stack" | "row";
}

/** One of a few, each with a line that says what it means. */
export function ChoiceField({ name, label, hint, options, defaultValue, layout }: ChoiceFieldProps) {
  const link = useField(name, hint !== undefined);
  return (
    <div className="grid gap-1.5">
      <RadioGroup legend={label} name={name} options={options} defaultValue={defaultValue} layout={layout} describedBy={link.describedBy} invalid={link.error !== undefined} />
      <FieldNotes link={link} hint={hint} />
    </div>
  );
}
