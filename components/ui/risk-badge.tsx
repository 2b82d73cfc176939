import type { ReactNode } from "react";
import { badgeClass } from "./badge";
import { cn } from "./cn";

export type Risk = "LOW" | "MEDIUM" | "HIGH" | "CRITICAL";

// Shapes gain corners and weight as the risk grows, so that the scale reads without colour.
const looks: Record<Risk, { className: string; shape: ReactNode }> = {
  LOW: {
    className: "border-risk-low/40 bg-risk-low-soft text-risk-low",
    shape: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.75" />,
  },
  MEDIUM: {
    className: "border-risk-medium/40 bg-risk-medium-soft text-risk-medium",
    shape: <path d="M6 1 11 6 6 11 1 6Z" fill="none" stroke="currentColor" strokeWidth="1.75" />,
  },
  HIGH: {
    className: "border-risk-high/60 bg-risk-high-soft text-risk-high",
    shape: <path d="M6 1 11.5 10.5H.5Z" fill="currentColor" />,
  },
  CRITICAL: {
    className: "border-risk-critical-fill bg-risk-critical-fill text-white",
    shape: <path d="M3.7.5h4.6l3.2 3.2v4.6l-3.2 3.2H3.7L.5 8.3V3.7Z" fill="currentColor" />,
  },
};

/** A risk class by shape, word and colour. */
export function RiskBadge({ risk }: { risk: Risk }) {
  const look = looks[risk];
  return (
    <span className={cn(badgeClass, "font-semibold tracking-wide", look.className)}>
      <svg viewBox="0 0 12 12" className="size-3" aria-hidden="true">
        {look.shape}
      </svg>
      {risk}
      <span className="sr-only"> risk</span>
    </span>
  );
}
