import Link from "next/link";
import type { ReactNode } from "react";
import { Icon } from "./icon";

interface PageHeaderProps {
  title: ReactNode;
  description?: ReactNode;
  /** Badges and ids that stand beside the title. */
  meta?: ReactNode;
  actions?: ReactNode;
  breadcrumbs?: readonly { href: string; label: string }[];
}

/** The top of a page, with its only first-level heading. */
export function PageHeader({ title, description, meta, actions, breadcrumbs }: PageHeaderProps) {
  return (
    <header className="mb-4 sm:mb-6">
      {breadcrumbs?.length ? (
        <nav aria-label="Breadcrumb" className="mb-1 print:hidden">
          <ol className="flex flex-wrap items-center gap-1 text-sm text-muted">
            {breadcrumbs.map((crumb) => (
              <li key={crumb.href} className="flex items-center gap-1">
                <Link href={crumb.href} className="inline-flex min-h-6 items-center rounded-sm hover:text-ink hover:underline">
                  {crumb.label}
                </Link>
                <Icon name="chevron-right" className="size-3 text-subtle" />
              </li>
            ))}
          </ol>
        </nav>
      ) : null}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-64">
          <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1">
            <h1 className="min-w-0 text-xl font-semibold tracking-tight wrap-anywhere">{title}</h1>
            {meta}
          </div>
          {description ? <p className="mt-0.5 max-w-prose text-muted">{description}</p> : null}
        </div>
        {actions ? <div className="flex flex-wrap items-center gap-2 print:hidden">{actions}</div> : null}
      </div>
    </header>
  );
}
