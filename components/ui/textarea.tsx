import type { ComponentProps } from "react";
import { cn } from "./cn";
import { controlClass } from "./control-styles";

/** A text control of several lines, which grows with what is typed where the browser can. */
export function Textarea({ invalid, className, rows = 3, ...rest }: ComponentProps<"textarea"> & { invalid?: boolean }) {
  return (
    <textarea
      rows={rows}
      aria-invalid={invalid || undefined}
      className={cn(controlClass, "field-sizing-content max-h-96 min-h-16 resize-y py-1.5 leading-5 read-only:bg-sunken", className)}
      {...rest}
    />
  );
}
