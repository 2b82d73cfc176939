"use client";
import { DataTable, type TableColumn, type TableProps } from "@/components/data-table/data-table";
import { Badge } from "@/components/ui/badge";
import { HostileText } from "@/components/ui/hostile-text";
import { Money } from "@/components/ui/money";
import { RelativeTime } from "@/components/ui/relative-time";
import { RiskBadge } from "@/components/ui/risk-badge";
import type { ListedStanding } from "@/lib/standing/list";

const columns: TableColumn<ListedStanding>[] = [
  {
    id: "scope",
    header: "Lets go on",
    cell: (row) => (
      <span className="grid">
        <span className="font-medium wrap-anywhere">
          <HostileText inline text={`${row.tool} ${row.operation}`} />
        </span>
        <span className="text-sm text-muted">
          <HostileText inline text={row.agentName} />
        </span>
      </span>
    ),
    locked: true,
    phone: "title",
  },
  { id: "state", header: "State", cell: (row) => <Badge tone={row.state === "in force" ? "ok" : "neutral"}>{row.state}</Badge>, width: 130, phone: "aside" },
  { id: "risk", header: "Risk up to", cell: (row) => <RiskBadge risk={row.riskAtMost} />, width: 110 },
  { id: "uses", header: "Used", cell: (row) => `${row.usesTaken} of ${row.usesMost}`, width: 100, align: "end" },
  {
    id: "cost",
    header: "Money",
    cell: (row) => (
      <>
        <Money micros={row.costTakenMicros} currency={row.currency} /> of <Money micros={row.costTotalMicros} currency={row.currency} />
      </>
    ),
    width: 160,
    align: "end",
  },
  { id: "by", header: "Granted by", cell: (row) => row.grantedByName, width: 150 },
  { id: "until", header: "Ends", cell: (row) => <RelativeTime at={row.revokedAt ?? row.validUntil} />, width: 120 },
];

/** Standing approvals, also those that have ended. */
export function StandingTable(props: TableProps<ListedStanding>) {
  return (
    <DataTable
      id="standing"
      label="Standing approvals"
      columns={columns}
      rowId={(row) => row.id}
      openParam="open"
      empty={{ title: "No standing approvals", text: "Whoever decides a request can let what is like it go on without asking, for a time: open the request, and choose Let it stand." }}
      {...props}
    />
  );
}
