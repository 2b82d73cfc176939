import Link from "next/link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { HostileText } from "@/components/ui/hostile-text";
import { Money } from "@/components/ui/money";
import { RelativeTime } from "@/components/ui/relative-time";
import { StatusBadge } from "@/components/ui/status-badge";
import { listActions } from "@/lib/actions/list";
import { requireSession } from "@/lib/ctx/session";

const shown = 6;

/** The last few things that the agent asked to do, with what was decided. */
export async function RecentActions({ agentId, currency }: { agentId: string; currency: string }) {
  const { rows } = await listActions(await requireSession(), { agentId, size: shown });
  return (
    <Card title="Recent actions" flush actions={rows.length > 0 ? <More href={`/agents/${agentId}/actions`} /> : undefined}>
      {rows.length === 0 ? (
        <EmptyState title="Nothing asked yet">An action appears when the agent submits one with its key.</EmptyState>
      ) : (
        <ul className="divide-y divide-line">
          {rows.map((row) => (
            <li key={row.id}>
              <Link href={`/agents/${agentId}/actions?action=${row.id}`} className="grid gap-0.5 px-4 py-2 hover:bg-hover focus-visible:-outline-offset-2">
                <span className="flex min-w-0 items-center justify-between gap-3">
                  <HostileText inline text={row.tool} className="truncate font-medium" />
                  <StatusBadge status={row.status} />
                </span>
                <span className="flex min-w-0 items-center justify-between gap-3 text-sm text-muted">
                  <span className="truncate">
                    <code className="font-mono">{row.decision.rule}</code> · <RelativeTime at={row.createdAt} />
                  </span>
                  <Money micros={row.actualCostMicros ?? row.estimatedCostMicros} currency={currency} />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function More({ href }: { href: string }) {
  return (
    <Link href={href} className="inline-flex min-h-6 items-center text-sm text-accent hover:underline">
      All actions
    </Link>
  );
}
