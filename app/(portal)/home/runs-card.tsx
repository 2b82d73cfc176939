import Link from "next/link";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { HostileText } from "@/components/ui/hostile-text";
import { RelativeTime } from "@/components/ui/relative-time";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { listRuns, troubled, type RunRow } from "@/lib/runs/list";
import { RunStatus } from "../runs/run-status";

const weekMs = 7 * 86_400_000;

/** Runs of the last week that did not end well. */
export async function FailedRunsCard({ ctx }: { ctx: PersonCtx }) {
  const { rows } = await listRuns(ctx, { statuses: troubled, from: new Date(Date.now() - weekMs) }, { size: 5 });
  return (
    <Card title="Runs that failed lately" flush actions={<ButtonLink size="sm" variant="ghost" href={`/runs?status=${troubled.join(",")}`}>All of them</ButtonLink>}>
      {rows.length === 0 ? <p className="px-4 py-3 text-muted">No run failed in the last seven days.</p> : <RunList rows={rows} />}
    </Card>
  );
}

/** The newest runs, whatever became of them. */
export async function RecentRunsCard({ ctx }: { ctx: PersonCtx }) {
  const { rows } = await listRuns(ctx, {}, { size: 8 });
  return (
    <Card title="Recent runs" flush actions={rows.length > 0 ? <ButtonLink size="sm" variant="ghost" href="/runs">All runs</ButtonLink> : undefined}>
      {rows.length === 0 ? (
        <EmptyState icon="run" title="No runs yet">
          A run appears when an agent has code to run and its policy allows it.
        </EmptyState>
      ) : (
        <RunList rows={rows} />
      )}
    </Card>
  );
}

function RunList({ rows }: { rows: readonly RunRow[] }) {
  return (
    <ul className="divide-y divide-line">
      {rows.map((run) => (
        <li key={run.id} className="relative flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 transition-colors hover:bg-hover">
          <div className="min-w-0 flex-1 basis-48">
            <Link href={`/runs/${run.id}`} className="font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent">
              <HostileText inline text={run.tool} />
            </Link>
            <p className="truncate text-sm text-muted">
              {run.agentName}
              {run.reason && run.status !== "succeeded" ? <>: <HostileText inline text={run.reason} /></> : null}
            </p>
          </div>
          <span className="flex items-center gap-3 max-sm:w-full max-sm:justify-between">
            <RunStatus run={run} />
            <span className="text-sm text-muted sm:w-20 sm:text-right">
              <RelativeTime at={run.createdAt} />
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
