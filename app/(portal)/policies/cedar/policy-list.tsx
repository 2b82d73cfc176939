"use client";
import { Badge } from "@/components/ui/badge";
import { HostileText } from "@/components/ui/hostile-text";
import type { ListedPolicy } from "@/lib/cedar/check";

/** What a text holds, by name, with the way to each. */
export function PolicyList({ policies, goTo }: { policies: readonly ListedPolicy[]; goTo: (line: number) => void }) {
  return (
    <details className="min-w-0">
      <summary className="inline-flex min-h-6 items-center text-accent hover:underline">What it holds: {policies.length === 1 ? "1 policy" : `${policies.length} policies`}</summary>
      <ul className="relative mt-2 max-h-96 divide-y divide-line overflow-y-auto rounded-md border border-line">
        {policies.map(({ id, effect, message, principal, action, resource, line }) => (
          <li key={`${line} ${id}`} className="px-3 py-2">
            <p className="flex flex-wrap items-center gap-2">
              <Badge tone={effect === "forbid" ? "danger" : "ok"} icon={effect === "forbid" ? "ban" : "check"}>
                {effect}
              </Badge>
              <button type="button" className="inline-flex min-h-6 items-center font-medium text-accent hover:underline" onClick={() => goTo(line)}>
                <HostileText inline text={id} />
                <span className="sr-only">, line {line}</span>
              </button>
              <code className="min-w-0 font-mono text-sm text-muted">
                <HostileText inline text={`${principal}, ${action}, ${resource}`} />
              </code>
            </p>
            {message ? <HostileText text={message} lines={2} className="text-muted" /> : null}
          </li>
        ))}
      </ul>
    </details>
  );
}
