"use client";
import { type ReactNode, useId } from "react";
import { Icon } from "../ui/icon";
import { Label } from "../ui/label";
import { useFormState } from "./form-context";
import { fieldError } from "./result";

/** What every field takes. */
export interface FieldProps {
  name: string;
  label: string;
  hint?: ReactNode;
  required?: boolean;
}

interface FieldLink {
  id: string;
  error: string | undefined;
  describedBy: string | undefined;
  pending: boolean;
}

/** Ids, error and state that tie a control to its label, hint and error. */
export function useField(name: string, hasHint: boolean): FieldLink {
  const id = useId();
  const { fields, pending } = useFormState();
  const error = fieldError(fields, name);
  const describedBy = [hasHint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  return { id, error, describedBy, pending };
}

/** Label above, hint and error below. */
export function Field({ link, label, hint, required, children }: Omit<FieldProps, "name"> & { link: FieldLink; children: ReactNode }) {
  return (
    <div className="grid min-w-0 content-start gap-1.5">
      <Label htmlFor={link.id}>
        {label}
        {required ? null : <span className="font-normal text-subtle"> (optional)</span>}
      </Label>
      {children}
      <FieldNotes link={link} hint={hint} />
    </div>
  );
}

/** The hint and the error of a field, with the ids by which its control names them. */
export function FieldNotes({ link, hint }: { link: FieldLink; hint?: ReactNode }) {
  return (
    <>
      {link.error ? (
        <p id={`${link.id}-error`} className="flex items-start gap-1.5 text-sm text-danger">
          <Icon name="alert" className="mt-0.5 size-3.5" />
          <span>{sentence(link.error)}</span>
        </p>
      ) : null}
      {hint ? (
        <p id={`${link.id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      ) : null}
    </>
  );
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
