"use client";
import { createContext, useContext } from "react";

interface FormState {
  pending: boolean;
  fields: Record<string, string>;
}

export const FormContext = createContext<FormState>({ pending: false, fields: {} });

/** What the form around a control knows about it. */
export function useFormState(): FormState {
  return useContext(FormContext);
}
