"use client";
import type { ComponentProps } from "react";
import { Input } from "../ui/input";
import { Field, type FieldProps, useField } from "./field";

/** One line of text, an address, a number or a password. */
export function TextField({ name, label, hint, required, ...rest }: FieldProps & Omit<ComponentProps<"input">, keyof FieldProps>) {
  const link = useField(name, hint !== undefined);
  return (
    <Field link={link} label={label} hint={hint} required={required}>
      <Input id={link.id} name={name} required={required} invalid={link.error !== undefined} aria-describedby={link.describedBy} {...rest} />
    </Field>
  );
}
