"use client";
import { DataTable, type TableColumn, type TableProps } from "@/components/data-table/data-table";
import { HostileText } from "@/components/ui/hostile-text";
import { Money } from "@/components/ui/money";
import { RelativeTime } from "@/components/ui/relative-time";
import type { LeaseRow } from "@/lib/leases/list";
import { scopeWords } from "@/lib/leases/words";
import { LeaseStateBadge } from "./lease-state";

const columns: TableColumn<LeaseRow>[] = [
  {
    id: "scope",
    header: "Lets pass",
    cell: (lease) => (
      <span className="grid">
        <span className="font-medium wrap-anywhere">
          <HostileText inline text={scopeWords(lease)} />
        </span>
        <span className="text-sm text-muted">{lease.agentName}</span>
      </span>
    ),
    locked: true,
    phone: "title",
  },
  { id: "state", header: "State", cell: (lease) => <LeaseStateBadge state={lease.state} />, width: 110, phone: "aside" },
  { id: "uses", header: "Used", cell: (lease) => `${lease.uses} of ${lease.maxUses}`, width: 100, align: "end" },
  {
    id: "cost",
    header: "Money",
    cell: (lease) => (
      <>
        <Money micros={lease.spentMicros} currency={lease.currency} /> of <Money micros={lease.costTotalMicros} currency={lease.currency} />
      </>
    ),
    width: 160,
    align: "end",
  },
  { id: "issuedBy", header: "Issued by", cell: (lease) => lease.issuedBy, width: 150 },
  { id: "expiresAt", header: "Ends", cell: (lease) => <RelativeTime at={lease.revokedAt ?? lease.expiresAt} />, width: 120 },
];

/** Leases in force or ended. */
export function LeasesTable({ ended = false, ...props }: TableProps<LeaseRow> & { ended?: boolean }) {
  return (
    <DataTable
      id="leases"
      label="Leases"
      columns={columns}
      rowId={(lease) => lease.id}
      rowHref={(lease) => `/policies/leases/${lease.id}`}
      empty={ended ? { title: "No lease has ended", text: "Those that ran out, were used up or were revoked stand here, with what they were used for." } : { title: "No leases", text: "A lease lets one agent do a named thing a few times without asking, for a short while. Agents ask for one, or somebody issues it here." }}
      {...props}
    />
  );
}
