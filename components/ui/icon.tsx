import { cn } from "./cn";
import type { IconName } from "./icon-names";
import icons from "./icons.svg";

export type { IconName } from "./icon-names";

const { src }: { src: string } = icons;

/** A line icon, 16 px unless a class says otherwise; decorative unless it is given a label. */
export function Icon({ name, className, label }: { name: IconName; className?: string; label?: string }) {
  const named = label ? { role: "img", "aria-label": label } : { "aria-hidden": true };
  return (
    <svg {...named} fill="none" stroke="currentColor" strokeWidth={1.75} strokeLinecap="round" strokeLinejoin="round" className={cn("size-4 shrink-0", className)}>
      <use href={`${src}#${name}`} />
    </svg>
  );
}
