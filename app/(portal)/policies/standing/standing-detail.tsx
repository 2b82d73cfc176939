import Link from "next/link";
import { ActionButton } from "@/components/form/action-button";
import { Badge } from "@/components/ui/badge";
import { ExactTime } from "@/components/ui/exact-time";
import { HostileText } from "@/components/ui/hostile-text";
import { KeyValue } from "@/components/ui/key-value";
import { Money } from "@/components/ui/money";
import { RelativeTime } from "@/components/ui/relative-time";
import { StatusBadge } from "@/components/ui/status-badge";
import type { loadStanding } from "@/lib/standing/list";
import { revoke } from "./actions";

interface StandingDetailProps {
  standing: Awaited<ReturnType<typeof loadStanding>>;
  mayRevoke: boolean;
}

/** What one standing approval covers, who granted it, and what it let go on. */
export function StandingDetail({ standing, mayRevoke }: StandingDetailProps) {
  const { currency } = standing;
  return (
    <div className="grid gap-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Badge tone={standing.state === "in force" ? "ok" : "neutral"}>{standing.state}</Badge>
        {mayRevoke && !standing.revokedAt ? (
          <ActionButton
            action={revoke}
            input={{ id: standing.id }}
            variant="danger"
            success="Revoked. The next request asks a person."
            confirm={{ title: "Revoke this standing approval?", consequence: "From now on each such request waits for a person again. What was let go on and has not begun does not begin.", confirmLabel: "Revoke" }}
          >
            Revoke
          </ActionButton>
        ) : null}
      </div>
      <KeyValue
        items={[
          { term: "Agent", detail: <Link className="underline" href={`/agents/${standing.agentId}`}>{standing.agentName}</Link> },
          { term: "Tool", detail: <HostileText inline mono text={`${standing.tool} ${standing.operation}`} /> },
          { term: "Resource", detail: standing.resource ? <HostileText inline mono text={standing.resource} /> : "none" },
          ...standing.arguments.map(({ name, is, exact }) => ({
            term: name,
            detail: <>{exact ? "exactly " : is === "*" ? "anything " : "like "}{is === "*" && !exact ? null : <HostileText inline mono text={is} />}</>,
          })),
          { term: "Risk", detail: `at most ${standing.riskAtMost}` },
          { term: "Used", detail: `${standing.usesTaken} of ${standing.usesMost}` },
          { term: "One use", detail: <>at most <Money micros={standing.costEachMicros} currency={currency} /></> },
          { term: "All uses", detail: <><Money micros={standing.costTakenMicros} currency={currency} /> of <Money micros={standing.costTotalMicros} currency={currency} /></> },
          { term: "Granted by", detail: standing.grantedByName },
          { term: "Why", detail: <HostileText text={standing.reason} /> },
          { term: "From the request", detail: <Link className="underline" href={`/approvals/${standing.approvalId}`}>Open it</Link> },
          { term: "Until", detail: <ExactTime at={standing.validUntil} /> },
          ...(standing.revokedAt ? [{ term: "Revoked", detail: <><ExactTime at={standing.revokedAt} /> {standing.revokeReason}</> }] : []),
        ]}
      />
      <section>
        <h3 className="mb-1.5 font-semibold">What it let go on</h3>
        {standing.uses.length === 0 ? <p className="text-muted">Nothing yet.</p> : null}
        <ul className="divide-y divide-line">
          {standing.uses.map((use) => (
            <li key={use.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1.5">
              <Link className="underline" href={`/agents/${standing.agentId}?action=${use.actionId}`}>
                {use.resource ? <HostileText inline text={use.resource.slice(0, 80)} /> : "Action"}
              </Link>
              {use.status ? <StatusBadge status={use.status} /> : null}
              <Money micros={use.costMicros} currency={currency} />
              <span className="text-sm text-muted">
                <RelativeTime at={use.createdAt} />
              </span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
