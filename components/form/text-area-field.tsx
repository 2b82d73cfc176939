"use client";
import type { ComponentProps } from "react";
import { Textarea } from "../ui/textarea";
import { Field, type FieldProps, useField } from "./field";

type TextAreaFieldProps = FieldProps & Omit<ComponentProps<"textarea">, keyof FieldProps> & { mono?: boolean };

/** Several lines of text. */
export function TextAreaField({ name, label, hint, required, mono, ...rest }: TextAreaFieldProps) {
  const link = useField(name, hint !== undefined);
  return (
    <Field link={link} label={label} hint={hint} required={required}>
      <Textarea
        id={link.id}
        name={name}
        required={required}
        invalid={link.error !== undefined}
        aria-describedby={link.describedBy}
        spellCheck={!mono}
        className={mono ? "font-mono text-sm" : undefined}
        {...rest}
      />
    </Field>
  );
}
