import Link from "next/link";
import type { ReactNode } from "react";
import { cn } from "./cn";

interface StatProps {
  label: string;
  value: ReactNode;
  detail?: ReactNode;
  href?: string;
  tone?: "neutral" | "warn" | "danger" | "ok";
}

const tones = { neutral: "text-ink", warn: "text-warn", danger: "text-danger", ok: "text-ok" };

/** One figure with its name; with an href the whole cell leads to what it counts. */
export function Stat({ label, value, detail, href, tone = "neutral" }: StatProps) {
  return (
    <div className={cn("relative min-w-0 bg-surface px-4 py-3", href && "transition-colors hover:bg-hover")}>
      <dt className="text-sm text-muted">
        {href ? (
          <Link href={href} className="after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent">
            {label}
          </Link>
        ) : (
          label
        )}
      </dt>
      <dd className={cn("mt-0.5 truncate text-xl font-semibold tracking-tight", tones[tone])}>{value}</dd>
      {detail ? <dd className="truncate text-sm text-muted">{detail}</dd> : null}
    </div>
  );
}

/** A row of figures that share one frame. */
export function StatRow({ children }: { children: ReactNode }) {
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line lg:auto-cols-fr lg:grid-flow-col lg:grid-cols-none">
      {children}
    </dl>
  );
}
