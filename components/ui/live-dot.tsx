import { cn } from "./cn";

const states = {
  live: "bg-ok animate-breathe",
  waiting: "bg-warn",
  off: "border border-line-strong bg-transparent",
};

/** Says whether what is shown keeps itself up to date. */
export function LiveDot({ state, label }: { state: keyof typeof states; label: string }) {
  return (
    <span className="inline-flex items-center gap-1.5 text-sm text-muted">
      <span aria-hidden="true" className={cn("size-2 rounded-full", states[state])} />
      {label}
    </span>
  );
}
