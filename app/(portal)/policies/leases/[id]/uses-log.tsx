import Link from "next/link";
import { ExactTime } from "@/components/ui/exact-time";
import { HostileText } from "@/components/ui/hostile-text";
import { Money } from "@/components/ui/money";
import { StatusBadge } from "@/components/ui/status-badge";
import type { LeaseUseRow } from "@/lib/leases/load";

/** Every time that a lease let an action pass. `auditOf`: whether the reader may look at the events. */
export function UsesLog({ uses, currency, mayAudit }: { uses: LeaseUseRow[]; currency: string; mayAudit: boolean }) {
  if (uses.length === 0) return <p className="p-4 text-muted">It was not used yet.</p>;
  return (
    <ol className="divide-y divide-line">
      {uses.map((use) => (
        <li key={use.use} className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-4 py-2.5">
          <span className="w-8 shrink-0 text-right text-subtle">{use.use}</span>
          <span className="min-w-0 flex-1 font-medium wrap-anywhere">
            <HostileText inline text={`${use.tool ?? "an action"} ${use.operation ?? ""}`} />
          </span>
          {use.status ? <StatusBadge status={use.status} /> : null}
          <Money micros={use.costMicros} currency={currency} />
          <ExactTime at={use.at} />
          {mayAudit ? (
            <Link className="underline" href={`/audit?resource=${use.actionId}`}>
              Its events
            </Link>
          ) : null}
        </li>
      ))}
    </ol>
  );
}
