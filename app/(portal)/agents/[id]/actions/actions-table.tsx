"use client";
import { DataTable, type TableColumn, type TableProps } from "@/components/data-table/data-table";
import { ButtonLink } from "@/components/ui/button-link";
import { HostileText } from "@/components/ui/hostile-text";
import { Money } from "@/components/ui/money";
import { RelativeTime } from "@/components/ui/relative-time";
import { RiskBadge } from "@/components/ui/risk-badge";
import { StatusBadge } from "@/components/ui/status-badge";
import type { ActionView } from "@/lib/actions/schemas";

type Row = ActionView & { currency: string };

const columns: TableColumn<Row>[] = [
  { id: "tool", header: "Tool", cell: (row) => <HostileText inline text={row.tool} className="font-medium" />, locked: true, phone: "title" },
  { id: "status", header: "Status", cell: (row) => <StatusBadge status={row.queue ? "waiting" : row.status} label={row.queue ? "Waits for its turn" : undefined} />, width: 150, phone: "aside" },
  { id: "risk", header: "Risk", cell: (row) => <RiskBadge risk={row.decision.risk} />, width: 110 },
  { id: "rule", header: "Rule that decided", cell: (row) => <code className="font-mono text-sm">{row.decision.rule}</code> },
  { id: "resource", header: "Resource", cell: (row) => <HostileText inline text={row.resource} className="line-clamp-2 text-muted" />, phone: "hidden" },
  { id: "cost", header: "Cost", cell: (row) => <Money micros={row.actualCostMicros ?? row.estimatedCostMicros} currency={row.currency} />, align: "end", width: 110 },
  { id: "policy", header: "Policy", cell: (row) => `v${row.policyVersion}`, align: "end", width: 80, hidden: true },
  { id: "createdAt", header: "Asked", cell: (row) => <RelativeTime at={row.createdAt} />, width: 120 },
];

export function ActionsTable(props: TableProps<Row>) {
  return (
    <DataTable
      id="agent-actions"
      label="Actions"
      columns={columns}
      rowId={(row) => row.id}
      openParam="action"
      empty={{
        title: "Nothing asked yet",
        text: "An action appears when the agent submits one with its key.",
        action: <ButtonLink href="/docs">See the call</ButtonLink>,
      }}
      {...props}
    />
  );
}
