import Link from "next/link";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { ExactTime } from "@/components/ui/exact-time";
import { HostileText } from "@/components/ui/hostile-text";
import { Icon, type IconName } from "@/components/ui/icon";
import type { RunStep } from "@/lib/runs/timeline";

const looks: Record<RunStep["state"], { icon: IconName; className: string; word: string }> = {
  done: { icon: "check", className: "border-ok-line bg-ok-soft text-ok", word: "Done" },
  waiting: { icon: "hourglass", className: "border-warn-line bg-warn-soft text-warn", word: "Waiting" },
  failed: { icon: "x", className: "border-danger-line bg-danger-soft text-danger", word: "Not done" },
  ahead: { icon: "dashed", className: "border-line text-subtle", word: "Not yet" },
  skipped: { icon: "dashed", className: "border-line text-subtle", word: "Never reached" },
};

/** A run's life from the request to its end, with who did what and where the audit stream has it. */
export function RunSteps({ steps, viewAudit }: { steps: readonly RunStep[]; viewAudit: boolean }) {
  return (
    <Card title="Steps">
      <ol>
        {steps.map((step) => (
          <li key={step.id} className="relative flex gap-3 pb-4 not-last:before:absolute not-last:before:top-6 not-last:before:bottom-0 not-last:before:left-3 not-last:before:w-px not-last:before:bg-line last:pb-0">
            <span className={cn("z-10 flex size-6 shrink-0 items-center justify-center rounded-full border bg-surface", looks[step.state].className)}>
              <Icon name={looks[step.state].icon} label={looks[step.state].word} className="size-3" />
            </span>
            <div className="min-w-0 flex-1">
              <p className={cn("flex flex-wrap justify-between gap-x-3", step.state === "ahead" || step.state === "skipped" ? "text-muted" : "font-medium")}>
                {step.title}
                {step.at ? (
                  <span className="text-sm font-normal text-muted">
                    <ExactTime at={step.at} />
                  </span>
                ) : null}
              </p>
              {step.by ? <p className="text-sm text-muted">{step.by}</p> : null}
              {step.detail ? <HostileText text={step.detail} lines={3} className="text-sm text-muted" /> : null}
              {viewAudit && step.auditSeq !== null ? (
                <Link href={`/audit?event=${step.auditSeq}`} className="inline-flex min-h-6 items-center text-sm text-accent hover:underline">
                  Audit event {step.auditSeq}
                </Link>
              ) : null}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}
