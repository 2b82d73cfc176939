"use client";
import { DataTable, type TableColumn, type TableProps } from "@/components/data-table/data-table";
import { RangeFilter } from "@/components/data-table/range-filter";
import { HostileText } from "@/components/ui/hostile-text";
import { RelativeTime } from "@/components/ui/relative-time";
import { StatusBadge } from "@/components/ui/status-badge";
import { describeAction } from "@/lib/audit/describe";
import { typeLabel } from "@/lib/audit/resource-link";
import type { AuditRow } from "@/lib/audit/search";
import { MoreFilters } from "./more-filters";
import { SeverityBadge } from "./severity-badge";

const columns: TableColumn<AuditRow>[] = [
  { id: "event", header: "Event", cell: (row) => describeAction(row.action), phone: "title", locked: true, width: 230 },
  { id: "severity", header: "Severity", cell: (row) => <SeverityBadge severity={row.severity} />, phone: "aside", width: 100 },
  { id: "resource", header: "About", cell: (row) => <HostileText inline text={row.resourceName} className="line-clamp-1" /> },
  { id: "actor", header: "Actor", cell: (row) => <HostileText inline text={row.actorName} className="line-clamp-1" />, width: 150 },
  { id: "workspace", header: "Workspace", cell: (row) => row.workspaceName ?? <span className="text-subtle">Organization</span>, phone: "hidden" },
  { id: "outcome", header: "Outcome", cell: (row) => <StatusBadge status={row.outcome} />, width: 100 },
  { id: "time", header: "Time", cell: (row) => <RelativeTime at={row.occurredAt} />, width: 110 },
  { id: "seq", header: "No.", cell: (row) => row.seq.toLocaleString("en-US"), align: "end", width: 90, phone: "hidden" },
  { id: "type", header: "Type", cell: (row) => typeLabel(row.resourceType), hidden: true, phone: "hidden" },
  { id: "ip", header: "IP address", cell: (row) => <span className="font-mono text-sm">{row.ip ?? "–"}</span>, hidden: true, phone: "hidden" },
];

export function AuditTable(props: TableProps<AuditRow>) {
  return (
    <DataTable
      id="audit"
      label="Events"
      columns={columns}
      rowId={(row) => String(row.seq)}
      openParam="event"
      search="Words, names, ids, addresses…"
      filters={
        <>
          <RangeFilter />
          <MoreFilters />
        </>
      }
      empty={{ title: "No events yet", text: "Whatever anybody changes, decides or is denied appears here." }}
      {...props}
    />
  );
}
