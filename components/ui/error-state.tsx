import type { ReactNode } from "react";
import { Icon } from "./icon";

interface ErrorStateProps {
  title?: string;
  message: ReactNode;
  requestId?: string;
  action?: ReactNode;
}

/** What stands where something could not be shown; the request id finds its cause in the log. */
export function ErrorState({ title = "This could not be loaded", message, requestId, action }: ErrorStateProps) {
  return (
    <div role="alert" className="flex flex-col items-center px-4 py-10 text-center">
      <span className="mb-3 flex size-9 items-center justify-center rounded-lg border border-danger-line bg-danger-soft text-danger">
        <Icon name="alert" />
      </span>
      <p className="font-semibold">{title}</p>
      <div className="mt-1 max-w-md text-muted">{message}</div>
      {requestId ? (
        <p className="mt-2 text-sm text-muted">
          Reference <code className="font-mono select-all">{requestId}</code>
        </p>
      ) : null}
      {action ? <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  );
}
