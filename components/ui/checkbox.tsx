import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";

interface CheckboxProps extends Omit<ComponentProps<"input">, "type"> {
  label: ReactNode;
  hint?: ReactNode;
  /** Keep the label for screen readers only (a column of boxes in a table). */
  bare?: boolean;
}

/** A checkbox with its label; the whole line can be pressed. */
export function Checkbox({ label, hint, bare, className, ...rest }: CheckboxProps) {
  return (
    <label className={cn("inline-flex min-h-6 items-start gap-2 py-0.5", bare && "min-w-6 justify-center", className)}>
      <input type="checkbox" className="mt-0.5 size-4 shrink-0 accent-accent disabled:cursor-not-allowed" {...rest} />
      <span className={bare ? "sr-only" : "min-w-0"}>
        {label}
        {hint ? <span className="block text-sm text-muted">{hint}</span> : null}
      </span>
    </label>
  );
}
