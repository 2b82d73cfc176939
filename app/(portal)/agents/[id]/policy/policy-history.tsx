import Link from "next/link";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { RelativeTime } from "@/components/ui/relative-time";
import { policyDifference } from "@/lib/policies/difference";
import type { PolicyVersion, PolicyView } from "@/lib/policies/load";
import { ChangeList } from "./change-list";

/** Every version with who made it, why, and what it changed. */
export function PolicyHistory({ agentId, view }: { agentId: string; view: PolicyView }) {
  return (
    <Card
      title="Versions"
      description="Each decision names the version it was made under; none is ever changed."
      flush
      footer={
        view.olderThan === null ? undefined : (
          <Link href={`/agents/${agentId}/policy?before=${view.olderThan}`} className="inline-flex min-h-6 items-center text-accent hover:underline">
            Older versions
          </Link>
        )
      }
    >
      <ul className="divide-y divide-line">
        {view.history.map((version, at) => (
          <li key={version.version} className="px-4 py-2">
            <Version version={version} previous={view.history[at + 1]} current={version.version === view.current.version} currency={view.currency} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

type Props = { version: PolicyVersion; previous: PolicyVersion | undefined; current: boolean; currency: string };

function Version({ version, previous, current, currency }: Props) {
  const changes = previous ? policyDifference(previous, version) : [];
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-medium">Version {version.version}</span>
        {current ? (
          <Badge tone="ok" icon="check">
            In force
          </Badge>
        ) : null}
        <span className="text-muted">
          {version.createdBy?.name ?? "Portal"}, <RelativeTime at={version.createdAt} />
        </span>
      </p>
      {version.note ? <p className="text-muted wrap-anywhere whitespace-pre-line">{version.note}</p> : null}
      {changes.length > 0 ? (
        <details className="mt-1">
          <summary className="inline-flex min-h-6 items-center text-sm text-accent hover:underline">{changes.length === 1 ? "1 change" : `${changes.length} changes`}</summary>
          <ChangeList changes={changes} currency={currency} />
        </details>
      ) : null}
    </>
  );
}
