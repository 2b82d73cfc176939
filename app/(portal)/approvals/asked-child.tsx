import { Badge } from "@/components/ui/badge";
import { ButtonLink } from "@/components/ui/button-link";
import { ExactTime } from "@/components/ui/exact-time";
import { HostileText } from "@/components/ui/hostile-text";
import { KeyValue } from "@/components/ui/key-value";
import { formatMicros } from "@/components/ui/money-format";
import { Money } from "@/components/ui/money";
import type { AskedChild as Child } from "@/lib/spawn/load-asked";

const tones = { allowed: "ok", approval: "warn", blocked: "danger" } as const;

/** An agent that an agent asks for: all that it could do. */
export function AskedChild({ child, currency }: { child: Child; currency: string }) {
  const { policy } = child;
  return (
    <div className="grid gap-3">
      <KeyValue
        items={[
          { term: "Name", detail: <HostileText inline text={child.name} /> },
          { term: "Kind", detail: child.kind },
          { term: "Level", detail: policy.level },
          { term: "May spend in all", detail: <Money micros={child.budgetMicros} currency={currency} /> },
          { term: "Lives until", detail: <ExactTime at={child.endsAt} /> },
          { term: "Asks a person from", detail: <>risk {policy.riskThreshold}, or <Money micros={policy.costThresholdMicros} currency={currency} /> a call</> },
          { term: "Its key may", detail: child.scopes.join(", ") },
          { term: "Agents above it", detail: String(child.depth) },
        ]}
      />
      <div>
        <h4 className="mb-1 text-sm font-semibold text-muted">Tools</h4>
        {policy.tools.length === 0 ? <p className="text-muted">None is listed.</p> : null}
        <ul className="divide-y divide-line rounded-md border border-line text-sm">
          {policy.tools.map((row, at) => (
            <li key={`${at}:${row.tool}`} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5">
              <Badge tone={tones[row.mode]}>{row.mode}</Badge>
              <code className="min-w-0 font-mono wrap-anywhere">{row.tool}</code>
              <span className="text-muted wrap-anywhere">{limitsOf(row, currency)}</span>
            </li>
          ))}
        </ul>
      </div>
      {child.child ? (
        <p className="flex flex-wrap items-center gap-2">
          The child is {child.child.status}; its key {child.claimedAt ? "was fetched." : "was not fetched yet."}
          <ButtonLink href={`/agents/${child.child.id}`} size="sm" icon="agent">
            Open it
          </ButtonLink>
        </p>
      ) : null}
    </div>
  );
}

function limitsOf({ costCeilingMicros, rate, paths, domains, operations }: Child["policy"]["tools"][number], currency: string): string {
  const list = (name: string, values: readonly string[] | null | undefined) => (values ? `${name}: ${values.join(", ") || "none"}` : null);
  const limits = [
    costCeilingMicros === null ? null : `up to ${formatMicros(costCeilingMicros, currency)} a call`,
    rate ? `at most ${rate}` : null,
    list("paths", paths),
    list("domains", domains),
    list("operations", operations),
  ];
  return limits.filter((limit) => limit !== null).join(" · ");
}
