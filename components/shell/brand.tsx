import { cn } from "../ui/cn";

/** The mark: two strokes of the pen, the second one confirming the first. */
export function BrandMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className={cn("size-6 shrink-0", className)}>
      <rect width="24" height="24" rx="6" className="fill-accent" />
      <path d="M5.5 12.5 9 16l4.5-8M11.5 14.5l1.5 1.5 5.5-9.5" fill="none" className="stroke-on-accent" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
