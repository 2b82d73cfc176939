import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon";

interface EmptyStateProps {
  icon?: IconName;
  title: string;
  /** What will be here, and what makes it appear. */
  children: ReactNode;
  action?: ReactNode;
}

/** What stands where nothing is yet: it says what would be here and how to get it. */
export function EmptyState({ icon = "box", title, children, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center px-4 py-10 text-center">
      <span className="mb-3 flex size-9 items-center justify-center rounded-lg border border-line bg-sunken text-muted">
        <Icon name={icon} />
      </span>
      <p className="font-semibold">{title}</p>
      <div className="mt-1 max-w-md text-muted">{children}</div>
      {action ? <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  );
}
