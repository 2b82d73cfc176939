import type { ReactNode } from "react";
import { cn } from "./cn";

export interface Choice {
  value: string;
  label: string;
  hint?: string;
  disabled?: boolean;
}

interface RadioGroupProps {
  legend: ReactNode;
  name: string;
  options: readonly Choice[];
  defaultValue?: string;
  layout?: "stack" | "row";
  describedBy?: string;
  invalid?: boolean;
}

/** One of a few, each with a line that says what it means. */
export function RadioGroup({ legend, name, options, defaultValue, layout = "stack", describedBy, invalid }: RadioGroupProps) {
  return (
    <fieldset aria-describedby={describedBy} className="min-w-0">
      <legend className="mb-1.5 font-medium">{legend}</legend>
      <div className={cn("grid gap-2", layout === "row" && "sm:grid-cols-[repeat(auto-fit,minmax(10rem,1fr))]")}>
        {options.map((option) => (
          <label
            key={option.value}
            className={cn(
              "flex min-h-10 items-start gap-2.5 rounded-md border border-line px-3 py-2 transition-colors hover:border-line-strong",
              "has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent",
              invalid && "border-danger",
              option.disabled && "cursor-not-allowed opacity-60",
            )}
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              defaultChecked={option.value === defaultValue}
              disabled={option.disabled}
              className="mt-0.5 size-4 shrink-0 accent-accent outline-none"
            />
            <span className="min-w-0">
              <span className="block font-medium">{option.label}</span>
              {option.hint ? <span className="block text-sm text-muted">{option.hint}</span> : null}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
