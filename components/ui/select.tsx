import type { ComponentProps } from "react";
import { cn } from "./cn";
import { controlClass } from "./control-styles";
import { Icon } from "./icon";

/** The browser's own select in our clothes: its list is the one every phone and screen reader knows. */
export function Select({ invalid, className, children, ...rest }: ComponentProps<"select"> & { invalid?: boolean }) {
  return (
    <span className={cn("relative inline-flex w-full items-center", className)}>
      <select
        aria-invalid={invalid || undefined}
        className={cn(controlClass, "h-8 appearance-none pr-8 text-ellipsis max-sm:h-10")}
        {...rest}
      >
        {children}
      </select>
      <Icon name="chevron-down" className="pointer-events-none absolute right-2 text-muted" />
    </span>
  );
}
