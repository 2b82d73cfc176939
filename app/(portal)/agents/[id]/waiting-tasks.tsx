import Link from "next/link";
import { Card } from "@/components/ui/card";
import { HostileText } from "@/components/ui/hostile-text";
import { RelativeTime } from "@/components/ui/relative-time";
import { listWaiting } from "@/lib/actions/list-waiting";
import { requireSession } from "@/lib/ctx/session";
import { ordinal } from "./turn-words";

const shown = 10;
/** An agent that waits asks again every few seconds. */
const silentMs = 120_000;

/** What the agent may do already and has no room for yet, in the order in which it begins. */
export async function WaitingTasks({ agentId, tasks }: { agentId: string; tasks: { running: number; waiting: number; limit: number } }) {
  if (tasks.waiting === 0) return null;
  const rows = await listWaiting(await requireSession(), { agentId, size: shown });
  const now = Date.now();
  return (
    <Card
      title="Wait for their turn"
      description={`${tasks.running} of ${tasks.limit} tasks are under way, as many as the policy lets be at once. The next begins when one of them ends, in this order.`}
      flush
      footer={tasks.waiting > rows.length ? <p className="text-muted">And {(tasks.waiting - rows.length).toLocaleString("en-US")} more behind them.</p> : undefined}
    >
      <ol className="divide-y divide-line">
        {rows.map((row, at) => (
          <li key={row.id}>
            <Link href={`/agents/${agentId}/actions?action=${row.id}`} prefetch={false} className="flex min-w-0 flex-wrap items-center justify-between gap-x-4 gap-y-0.5 px-4 py-2 hover:bg-hover focus-visible:-outline-offset-2">
              <span className="min-w-0 truncate">
                <HostileText inline text={row.tool} className="font-medium" />{" "}
                {row.resource ? <HostileText inline text={row.resource} className="text-muted" /> : null}
              </span>
              <span className="text-sm text-muted">
                {ordinal(at + 1)} in line
                {row.askedAt && now - row.askedAt.getTime() > silentMs ? (
                  <>
                    , but it last asked for its turn <RelativeTime at={row.askedAt} />: those behind it go first
                  </>
                ) : null}
              </span>
            </Link>
          </li>
        ))}
      </ol>
    </Card>
  );
}
