import type { ComponentProps } from "react";
import { cn } from "./cn";
import { controlClass } from "./control-styles";

/** A one-line text control. */
export function Input({ invalid, className, ...rest }: ComponentProps<"input"> & { invalid?: boolean }) {
  return <input aria-invalid={invalid || undefined} className={cn(controlClass, "h-8 read-only:bg-sunken max-sm:h-10", className)} {...rest} />;
}
