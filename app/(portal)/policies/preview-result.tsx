import Link from "next/link";
import { Badge, type Tone } from "@/components/ui/badge";
import { Callout } from "@/components/ui/callout";
import { HostileText } from "@/components/ui/hostile-text";
import type { IconName } from "@/components/ui/icon";
import { Money } from "@/components/ui/money";
import { RelativeTime } from "@/components/ui/relative-time";
import type { Example, Turned } from "@/lib/policy-preview/comparison";
import type { Preview } from "@/lib/policy-preview/preview";
import { outcomeWords } from "./outcome";

const turns: readonly { key: "denied" | "allowed" | "asking" | "others"; title: string; tone: Tone; icon: IconName; none: string }[] = [
  { key: "allowed", title: "Newly allowed", tone: "warn", icon: "shield-alert", none: "Nothing is allowed that was not." },
  { key: "denied", title: "Newly denied", tone: "danger", icon: "ban", none: "Nothing is denied that was not." },
  { key: "asking", title: "Newly asking a person", tone: "info", icon: "hourglass", none: "Nobody is asked more than now." },
  { key: "others", title: "Asking other people", tone: "info", icon: "users", none: "Whoever is asked stays the same." },
];

/** What a draft would change in what was really asked, the most dangerous first, with examples that lead to their actions. */
export function PreviewResult({ preview }: { preview: Preview }) {
  const { looked, unchanged, otherRule, tooLarge, currency } = preview;
  const count = (number: number) => number.toLocaleString("en-US");
  if (looked === 0) return <Callout tone="info">No request of the last {preview.days} days is in sight, so there is nothing to decide again.</Callout>;
  return (
    <div className="grid min-w-0 gap-4">
      <p>
        {count(looked)} {looked === 1 ? "request" : "requests"}
        {preview.since ? (
          <>
            , the oldest <RelativeTime at={preview.since} />
          </>
        ) : null}
        : {count(unchanged)} stay as they are{otherRule > 0 ? `, ${count(otherRule)} get the same answer by another rule` : ""}.
      </p>
      {preview.capped ? <Callout tone="info">There are more in these {preview.days} days; only the newest were decided again.</Callout> : null}
      {preview.unfinished ? <Callout tone="warn">This took too long, so older requests were left out.</Callout> : null}
      {tooLarge > 0 ? <Callout tone="info">{count(tooLarge)} were left out, since their arguments are too large to be read again.</Callout> : null}
      {turns.map(({ key, title, tone, icon, none }) => (
        <section key={key} className="min-w-0">
          <h3 className="mb-1 flex flex-wrap items-center gap-2 font-semibold">
            {title} <Badge {...(preview[key].count > 0 ? { tone, icon } : {})}>{count(preview[key].count)}</Badge>
            {preview[key].count > 0 ? <Told turned={preview[key]} currency={currency} /> : null}
          </h3>
          {preview[key].count === 0 ? (
            <p className="text-muted">{none}</p>
          ) : (
            <ul className="divide-y divide-line rounded-md border border-line">
              {preview[key].examples.map((example) => (
                <li key={example.id} className="px-3 py-2">
                  <ExampleLine example={example} />
                </li>
              ))}
            </ul>
          )}
        </section>
      ))}
    </div>
  );
}

function Told({ turned: { agents, costMicros }, currency }: { turned: Turned; currency: string }) {
  return (
    <span className="text-sm font-normal text-muted">
      of {agents === 1 ? "1 agent" : `${agents.toLocaleString("en-US")} agents`}, estimated at <Money micros={costMicros} currency={currency} />
    </span>
  );
}

function ExampleLine({ example }: { example: Example }) {
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Link href={`/agents/${example.agentId}/actions?action=${example.id}`} className="inline-flex min-h-6 items-center font-mono text-sm font-medium hover:underline">
          <HostileText inline text={`${example.tool} ${example.operation}`} />
        </Link>
        <span className="text-muted">
          <HostileText inline text={example.agentName} />, <RelativeTime at={example.createdAt} />
        </span>
      </p>
      {example.resource ? <HostileText inline mono text={example.resource} className="text-muted" /> : null}
      <p className="text-sm">
        <span className="text-muted">
          {outcomeWords[example.before.outcome]} by <code className="font-mono">{example.before.rule}</code>, would be
        </span>{" "}
        <span className="font-medium">{outcomeWords[example.after.outcome].toLowerCase()}</span> by <code className="font-mono wrap-anywhere">{example.after.rule}</code>: <HostileText inline text={example.after.message} />
      </p>
      {example.after.asks ? (
        <p className="text-sm">
          <span className="text-muted">{example.before.asks ? <>Asks <HostileText inline text={example.before.asks} />, would ask </> : "It would ask "}</span>
          <HostileText inline text={example.after.asks} />.
        </p>
      ) : null}
    </>
  );
}
