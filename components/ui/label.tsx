import type { ComponentProps } from "react";
import { cn } from "./cn";

/** The name of a form control. */
export function Label({ className, ...rest }: ComponentProps<"label"> & { htmlFor: string }) {
  return <label className={cn("text-base font-medium text-ink", className)} {...rest} />;
}
