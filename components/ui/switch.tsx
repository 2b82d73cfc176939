import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";

interface SwitchProps extends Omit<ComponentProps<"input">, "type" | "role"> {
  label: ReactNode;
  hint?: ReactNode;
}

/** An on/off control: a native checkbox with the switch role, so that it works in any form without script. */
export function Switch({ label, hint, className, ...rest }: SwitchProps) {
  return (
    <label className={cn("flex min-h-6 items-start justify-between gap-4 py-0.5", className)}>
      <span className="min-w-0">
        <span className="font-medium">{label}</span>
        {hint ? <span className="block text-sm text-muted">{hint}</span> : null}
      </span>
      <span className="relative mt-0.5 inline-flex h-5 w-9 shrink-0">
        <input
          type="checkbox"
          role="switch"
          className="peer absolute inset-0 m-0 size-full cursor-pointer appearance-none rounded-full border border-line-strong bg-line-strong checked:border-accent checked:bg-accent disabled:cursor-not-allowed disabled:opacity-50"
          {...rest}
        />
        <span className="pointer-events-none absolute top-0.5 left-0.5 size-4 rounded-full bg-surface transition-transform peer-checked:translate-x-4" />
      </span>
    </label>
  );
}
