import { HostileText } from "@/components/ui/hostile-text";
import { Money } from "@/components/ui/money";
import { RelativeTime } from "@/components/ui/relative-time";
import { RiskBadge } from "@/components/ui/risk-badge";
import { StatusBadge } from "@/components/ui/status-badge";
import type { AgentHistory } from "@/lib/approvals/agent-history";

/** What an agent did lately, in figures and the newest of it. */
export function AgentHistoryView({ history, currency }: { history: AgentHistory; currency: string }) {
  if (history.lookedAt === 0) return <p className="text-muted">Nothing: this is the first thing that it asks for.</p>;
  const figures: [string, number][] = [
    ["allowed at once", history.allowed],
    ["approved", history.approved],
    ["rejected", history.rejected],
    ["expired", history.expired],
    ["denied by policy", history.denied],
    ["failed", history.failed],
  ];
  const ended = figures.filter(([, count]) => count > 0);
  return (
    <>
      <p className="text-muted">
        Of its last {history.lookedAt} {history.lookedAt === 1 ? "action" : "actions"}:{" "}
        {ended.length > 0 ? ended.map(([label, count]) => `${count} ${label}`).join(", ") : "none has come to an end yet"}; <Money micros={history.spentMicros} currency={currency} /> spent.
      </p>
      <ul className="mt-2 divide-y divide-line rounded-md border border-line">
        {history.recent.map((row) => (
          <li key={row.id} className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 px-3 py-1.5 sm:grid-cols-[minmax(0,1fr)_auto_8.5rem_6rem_5.5rem]">
            <span className="min-w-0 truncate">
              <HostileText inline mono text={`${row.tool} ${row.operation}`} />
            </span>
            <RiskBadge risk={row.risk} />
            <span>
              <StatusBadge status={row.status} />
            </span>
            <Money micros={row.actualCostMicros ?? row.estimatedCostMicros} currency={currency} className="text-right" />
            <span className="text-sm text-muted max-sm:hidden sm:text-right">
              <RelativeTime at={row.createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
