import Link from "next/link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { HostileText } from "@/components/ui/hostile-text";
import { Money } from "@/components/ui/money";
import { RelativeTime } from "@/components/ui/relative-time";
import { requireSession } from "@/lib/ctx/session";
import { listRuns } from "@/lib/runs/list";
import { RunStatus } from "../../runs/run-status";

const shown = 6;

/** The last few programs that ran for the agent in the sandbox. */
export async function RecentRuns({ agentId }: { agentId: string }) {
  const { rows } = await listRuns(await requireSession(), { agentIds: [agentId] }, { size: shown });
  return (
    <Card
      title="Recent runs"
      flush
      actions={
        rows.length > 0 ? (
          <Link href={`/runs?agent=${agentId}`} className="inline-flex min-h-6 items-center text-sm text-accent hover:underline">
            All runs
          </Link>
        ) : undefined
      }
    >
      {rows.length === 0 ? (
        <EmptyState title="No runs yet">Programs that the agent gives to sandbox.python, sandbox.node or sandbox.shell run here.</EmptyState>
      ) : (
        <ul className="divide-y divide-line">
          {rows.map((row) => (
            <li key={row.id}>
              <Link href={`/runs/${row.id}`} className="grid gap-0.5 px-4 py-2 hover:bg-hover focus-visible:-outline-offset-2">
                <span className="flex min-w-0 items-center justify-between gap-3">
                  <HostileText inline text={row.tool} className="truncate font-medium" />
                  <RunStatus run={row} />
                </span>
                <span className="flex min-w-0 items-center justify-between gap-3 text-sm text-muted">
                  <RelativeTime at={row.createdAt} />
                  {row.costMicros === null ? null : <Money micros={row.costMicros} currency={row.currency} />}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
