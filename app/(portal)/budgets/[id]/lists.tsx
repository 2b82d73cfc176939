import Link from "next/link";
import { Children, type ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { HostileText } from "@/components/ui/hostile-text";
import { Money } from "@/components/ui/money";
import { RelativeTime } from "@/components/ui/relative-time";
import { StatusBadge } from "@/components/ui/status-badge";
import type { BudgetDetail } from "@/lib/budgets/load";

const agentsShown = 10;
const requestLink = "font-medium hover:underline";

/** Who spent it. */
export function Spenders({ detail }: { detail: BudgetDetail }) {
  const rest = detail.agents.slice(agentsShown);
  return (
    <ListCard title="By agent" empty="Nothing was settled in this window yet.">
      {detail.agents.slice(0, agentsShown).map((row) => (
        <Line key={row.agentId} name={<Link href={`/agents/${row.agentId}`} className={requestLink}><HostileText inline text={row.agentName} /></Link>} note={`${row.actions.toLocaleString("en-US")} ${row.actions === 1 ? "action" : "actions"}`}>
          <Money micros={row.spentMicros} currency={detail.currency} />
        </Line>
      ))}
      {rest.length > 0 ? (
        <Line key="rest" name={`${rest.length} others`}>
          <Money micros={rest.reduce((sum, row) => sum + row.spentMicros, 0)} currency={detail.currency} />
        </Line>
      ) : null}
    </ListCard>
  );
}

/** What is set aside for actions that wait or run. */
export function Held({ detail }: { detail: BudgetDetail }) {
  const { rows, count, sumMicros } = detail.held;
  const footer = count > rows.length ? (
    <>
      The {rows.length} largest of {count}, together <Money micros={sumMicros} currency={detail.currency} />.
    </>
  ) : undefined;
  return (
    <ListCard title="Held back now" empty="Nothing is reserved." footer={footer}>
      {rows.map((row) => (
        <Line key={row.actionId} name={<HostileText inline mono text={row.tool} />} note={<><HostileText inline text={row.agentName} />, <RelativeTime at={row.createdAt} /></>} badge={<StatusBadge status={row.status} />}>
          <Money micros={row.amountMicros} currency={detail.currency} />
        </Line>
      ))}
    </ListCard>
  );
}

/** Thresholds that were reached in this window. */
export function Alerts({ detail }: { detail: BudgetDetail }) {
  return (
    <ListCard title="Thresholds reached" empty={`None of ${detail.budget.thresholds.map((each) => `${each}%`).join(", ")} yet.`}>
      {detail.alerts.map((alert) => (
        <Line key={alert.threshold} name={`${alert.threshold}%`} note={<RelativeTime at={alert.crossedAt} />}>
          <Money micros={alert.usedMicros} currency={detail.currency} /> of <Money micros={alert.capMicros} currency={detail.currency} />
        </Line>
      ))}
    </ListCard>
  );
}

/** Who asked for more in this window, and what came of it. */
export function Requests({ detail }: { detail: BudgetDetail }) {
  return (
    <ListCard title="Asked for more" empty="Nobody asked for more in this window.">
      {detail.requests.map((row) => (
        <Line
          key={row.id}
          name={<Link href={`/approvals/${row.id}`} className={requestLink}><HostileText inline text={row.agentName ?? row.requesterName ?? "unknown"} /></Link>}
          note={<HostileText inline text={row.reason.slice(0, 160)} />}
          badge={<StatusBadge status={row.status} />}
        >
          <Money micros={row.amountMicros} currency={detail.currency} />
        </Line>
      ))}
    </ListCard>
  );
}

interface ListCardProps {
  title: string;
  empty: string;
  footer?: ReactNode;
  children: ReactNode;
}

function ListCard({ title, empty, footer, children }: ListCardProps) {
  const any = Children.toArray(children).length > 0;
  return (
    <Card flush title={title} footer={footer}>
      {any ? (
        <div role="region" aria-label={title} tabIndex={0} className="max-h-80 overflow-y-auto focus-visible:-outline-offset-2">
          <ul className="divide-y divide-line">{children}</ul>
        </div>
      ) : (
        <p className="px-4 py-3 text-muted">{empty}</p>
      )}
    </Card>
  );
}

function Line({ name, note, badge, children }: { name: ReactNode; note?: ReactNode; badge?: ReactNode; children: ReactNode }) {
  return (
    <li className="flex items-center gap-3 px-4 py-2">
      <div className="min-w-0 flex-1">
        <p className="truncate">{name}</p>
        {note ? <p className="line-clamp-2 text-sm text-muted">{note}</p> : null}
      </div>
      {badge}
      <span className="shrink-0 text-right">{children}</span>
    </li>
  );
}
