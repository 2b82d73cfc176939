import type { ReactNode } from "react";
import { cn } from "./cn";

interface CardProps {
  title?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  footer?: ReactNode;
  /** No inner padding: for tables and lists that reach the edge. */
  flush?: boolean;
  headingLevel?: 2 | 3;
  className?: string;
  children: ReactNode;
}

/** A box about one thing. */
export function Card({ title, description, actions, footer, flush, headingLevel = 2, className, children }: CardProps) {
  const Heading = headingLevel === 2 ? "h2" : "h3";
  return (
    <section className={cn("min-w-0 rounded-lg border border-line bg-surface", className)}>
      {title ? (
        <header className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line px-4 py-2">
          <div className="min-w-0">
            <Heading className="text-md font-semibold">{title}</Heading>
            {description ? <p className="text-sm text-muted">{description}</p> : null}
          </div>
          {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
        </header>
      ) : null}
      <div className={flush ? undefined : "p-4"}>{children}</div>
      {footer ? <footer className="border-t border-line px-4 py-2 text-sm text-muted">{footer}</footer> : null}
    </section>
  );
}
