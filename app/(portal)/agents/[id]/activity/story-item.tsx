import Link from "next/link";
import { cn } from "@/components/ui/cn";
import { HostileText } from "@/components/ui/hostile-text";
import { Icon, type IconName } from "@/components/ui/icon";
import { Money } from "@/components/ui/money";
import type { Story, StoryStep } from "@/lib/activity/list";
import type { Sentence } from "@/lib/activity/say";

type Shown = { currency: string; mayViewAudit: boolean };

const looks: Record<StoryStep["tone"], { icon: IconName; className: string }> = {
  plain: { icon: "arrow-right", className: "border-line text-subtle" },
  good: { icon: "check", className: "border-ok-line bg-ok-soft text-ok" },
  waiting: { icon: "hourglass", className: "border-warn-line bg-warn-soft text-warn" },
  bad: { icon: "x", className: "border-danger-line bg-danger-soft text-danger" },
};

/** One story: what began, and below it what became of that. */
export function StoryItem({ story, ...shown }: { story: Story } & Shown) {
  const [first, ...rest] = story.steps;
  if (!first) return null;
  return (
    <li className="px-4 py-3">
      <Step step={first} isFirst {...shown} />
      {rest.length > 0 ? (
        <ol className="mt-1 grid gap-1 sm:ml-9">
          {rest.map((step) => (
            <li key={step.seq}>
              <Step step={step} isFirst={false} {...shown} />
            </li>
          ))}
        </ol>
      ) : null}
    </li>
  );
}

function Step({ step, isFirst, currency, mayViewAudit }: { step: StoryStep; isFirst: boolean } & Shown) {
  const look = looks[step.tone];
  return (
    <div className="flex min-w-0 gap-3">
      <span className={cn("mt-0.5 flex size-6 shrink-0 items-center justify-center rounded-full border", look.className)}>
        <Icon name={look.icon} className="size-3" />
      </span>
      <div className="min-w-0 flex-1 sm:flex sm:items-start sm:justify-between sm:gap-4">
        <p className={cn("min-w-0 py-0.5 wrap-anywhere", isFirst ? "font-medium" : "text-muted")}>
          <Words sentence={step.words} currency={currency} />
        </p>
        <p className="flex shrink-0 flex-wrap items-center gap-x-3 text-sm text-muted">
          {step.link ? <StepLink href={step.link.href}>{step.link.label}</StepLink> : null}
          {mayViewAudit ? <StepLink href={`/audit/${step.seq}`}>{`Event ${step.seq.toLocaleString("en-US")}`}</StepLink> : null}
          <time dateTime={step.at.toISOString()} title={step.at.toISOString()} className="whitespace-nowrap">
            {step.at.toISOString().slice(11, 19)} UTC
          </time>
        </p>
      </div>
    </div>
  );
}

function StepLink({ href, children }: { href: string; children: string }) {
  return (
    <Link href={href} prefetch={false} className="inline-flex min-h-6 items-center text-accent hover:underline">
      {children}
    </Link>
  );
}

function Words({ sentence, currency }: { sentence: Sentence; currency: string }) {
  return sentence.map((part, at) => {
    const key = `${at}`;
    if (typeof part === "string") return <span key={key}>{part}</span>;
    return "said" in part ? <HostileText key={key} inline text={part.said} /> : <Money key={key} micros={part.micros} currency={currency} />;
  });
}
