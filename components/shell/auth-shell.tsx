import type { ReactNode } from "react";
import { BrandMark } from "./brand";

interface AuthShellProps {
  title: string;
  description?: ReactNode;
  footer?: ReactNode;
  children: ReactNode;
}

/** The frame of pages before a session: one thing to do, in the middle. */
export function AuthShell({ title, description, footer, children }: AuthShellProps) {
  return (
    <main className="flex min-h-dvh flex-col items-center px-4 py-8 sm:pt-[14vh]">
      <p className="mb-6 flex items-center gap-2.5 text-md font-semibold">
        <BrandMark />
        Countersign
      </p>
      <div className="w-full max-w-sm rounded-xl border border-line bg-surface p-6">
        <h1 className="text-lg font-semibold">{title}</h1>
        {description ? <div className="mt-1 text-muted">{description}</div> : null}
        <div className="mt-5">{children}</div>
      </div>
      {footer ? <div className="mt-4 text-center text-sm text-muted">{footer}</div> : null}
    </main>
  );
}
