"use client";
import { DataTable, type TableColumn, type TableProps } from "@/components/data-table/data-table";
import { HostileText } from "@/components/ui/hostile-text";
import { Money } from "@/components/ui/money";
import { RelativeTime } from "@/components/ui/relative-time";
import { RiskBadge } from "@/components/ui/risk-badge";
import { StatusBadge } from "@/components/ui/status-badge";
import type { ListedApproval } from "@/lib/approvals/list";
import { kindLabels } from "../words";

type Row = ListedApproval & { currency: string };

const columns: TableColumn<Row>[] = [
  { id: "what", header: "Request", cell: (row) => (row.tool ? <HostileText inline text={`${row.tool} ${row.operation ?? ""}`} /> : kindLabels[row.kind]), phone: "title", locked: true },
  { id: "status", header: "Outcome", cell: (row) => <StatusBadge status={row.status} />, phone: "aside", width: 120 },
  { id: "risk", header: "Risk", cell: (row) => <RiskBadge risk={row.risk} />, width: 110 },
  { id: "who", header: "Asked by", cell: (row) => <HostileText inline text={row.agentName ?? row.requesterName ?? "unknown"} /> },
  { id: "decider", header: "Decided by", cell: (row) => row.deciderName ?? "nobody" },
  { id: "amount", header: "Amount", cell: (row) => <Money micros={row.amountMicros} currency={row.currency} />, align: "end" },
  { id: "kind", header: "Kind", cell: (row) => kindLabels[row.kind], hidden: true },
  { id: "workspace", header: "Workspace", cell: (row) => row.workspaceName ?? "Organization", hidden: true },
  { id: "createdAt", header: "Asked", cell: (row) => <RelativeTime at={row.createdAt} />, width: 120 },
];

export function HistoryTable(props: TableProps<Row>) {
  return (
    <DataTable
      id="approval-history"
      label="Decided requests"
      columns={columns}
      rowId={(row) => row.id}
      rowHref={(row) => `/approvals/${row.id}`}
      {...props}
      empty={{ title: "Nothing was decided yet", text: "A request appears here once it was approved, rejected or withdrawn, or when nobody decided in time." }}
    />
  );
}
