"use client";
import { Checkbox } from "../ui/checkbox";
import type { Choice } from "../ui/radio-group";
import { FieldNotes, type FieldProps, useField } from "./field";

interface CheckListFieldProps extends FieldProps {
  options: readonly Choice[];
  defaultValue?: readonly string[];
}

/** Any of several; sent as a list, also when it is one or none. */
export function CheckListField({ name, label, hint, options, defaultValue = [] }: CheckListFieldProps) {
  const link = useField(name, hint !== undefined);
  return (
    <fieldset aria-describedby={link.describedBy} className="grid min-w-0 gap-1.5">
      <legend className="mb-1.5 font-medium">{label}</legend>
      <div className="grid gap-1 sm:grid-cols-2">
        {options.map((option) => (
          <Checkbox
            key={option.value}
            name={`${name}[]`}
            value={option.value}
            label={option.label}
            hint={option.hint}
            disabled={option.disabled}
            defaultChecked={defaultValue.includes(option.value)}
          />
        ))}
      </div>
      <FieldNotes link={link} hint={hint} />
    </fieldset>
  );
}
