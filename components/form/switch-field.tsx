"use client";
import { Switch } from "../ui/switch";
import { FieldNotes, type FieldProps, useField } from "./field";

/** On or off: sends "true" when on, and nothing when off. */
export function SwitchField({ name, label, hint, defaultChecked }: Omit<FieldProps, "required"> & { defaultChecked?: boolean }) {
  const link = useField(name, false);
  return (
    <div className="grid gap-1.5">
      <Switch name={name} value="true" label={label} hint={hint} defaultChecked={defaultChecked} aria-describedby={link.describedBy} />
      <FieldNotes link={link} />
    </div>
  );
}
