"use client";
import type { ComponentProps } from "react";
import { Select } from "../ui/select";
import { Field, type FieldProps, useField } from "./field";

type SelectFieldProps = FieldProps &
  Omit<ComponentProps<"select">, keyof FieldProps | "children"> & {
    options: readonly { value: string; label: string }[];
    /** The first line when nothing is chosen yet. */
    placeholder?: string;
  };

/** One of many. */
export function SelectField({ name, label, hint, required, options, placeholder, ...rest }: SelectFieldProps) {
  const link = useField(name, hint !== undefined);
  return (
    <Field link={link} label={label} hint={hint} required={required}>
      <Select id={link.id} name={name} required={required} invalid={link.error !== undefined} aria-describedby={link.describedBy} {...rest}>
        {placeholder === undefined ? null : <option value="">{placeholder}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </Select>
    </Field>
  );
}
