import type { ReactNode } from "react";
import { cn } from "./cn";
import { Icon, type IconName } from "./icon";

type CalloutTone = "info" | "ok" | "warn" | "danger";

const looks: Record<CalloutTone, { className: string; ink: string; icon: IconName; word: string }> = {
  info: { className: "border-info-line bg-info-soft", ink: "text-info", icon: "info", word: "Note" },
  ok: { className: "border-ok-line bg-ok-soft", ink: "text-ok", icon: "check-circle", word: "Done" },
  warn: { className: "border-warn-line bg-warn-soft", ink: "text-warn", icon: "warning", word: "Warning" },
  danger: { className: "border-danger-line bg-danger-soft", ink: "text-danger", icon: "alert", word: "Error" },
};

interface CalloutProps {
  tone: CalloutTone;
  title?: string;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}

/** A sentence or two that should not be missed. */
export function Callout({ tone, title, children, action, className }: CalloutProps) {
  const look = looks[tone];
  return (
    <div className={cn("flex flex-wrap items-start gap-x-3 gap-y-2 rounded-md border px-3 py-2", look.className, className)}>
      <Icon name={look.icon} label={look.word} className={cn("mt-0.5", look.ink)} />
      <div className="min-w-0 flex-1 basis-48">
        {title ? <p className={cn("font-semibold", look.ink)}>{title}</p> : null}
        {children ? <div className="text-ink wrap-anywhere">{children}</div> : null}
      </div>
      {action}
    </div>
  );
}
