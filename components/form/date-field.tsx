"use client";
import { Input } from "../ui/input";
import { Field, type FieldProps, useField } from "./field";

interface DateFieldProps extends FieldProps {
  /** YYYY-MM-DD, as are `min` and `max`. */
  defaultValue?: string;
  min?: string;
  max?: string;
}

/** A day, sent as YYYY-MM-DD; the picker is the browser's own. */
export function DateField({ name, label, hint, required, ...rest }: DateFieldProps) {
  const link = useField(name, hint !== undefined);
  return (
    <Field link={link} label={label} hint={hint} required={required}>
      <Input type="date" id={link.id} name={name} required={required} invalid={link.error !== undefined} aria-describedby={link.describedBy} {...rest} />
    </Field>
  );
}
