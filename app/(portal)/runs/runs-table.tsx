"use client";
import { DataTable, type TableColumn, type TableProps } from "@/components/data-table/data-table";
import { RangeFilter } from "@/components/data-table/range-filter";
import { ButtonLink } from "@/components/ui/button-link";
import { HostileText } from "@/components/ui/hostile-text";
import { Money } from "@/components/ui/money";
import { RelativeTime } from "@/components/ui/relative-time";
import type { RunRow } from "@/lib/runs/list";
import { formatDuration } from "./format";
import { RunStatus } from "./run-status";

const columns: TableColumn<RunRow>[] = [
  { id: "tool", header: "Tool", cell: (run) => <HostileText inline text={run.tool} className="font-medium" />, phone: "title", locked: true },
  { id: "status", header: "Status", cell: (run) => <RunStatus run={run} />, phone: "aside", width: 150 },
  { id: "agent", header: "Agent", cell: (run) => <span className="line-clamp-2">{run.agentName}</span> },
  { id: "place", header: "Workspace / project", cell: (run) => `${run.workspaceName} / ${run.projectName}` },
  { id: "reason", header: "Reason", cell: (run) => (run.status === "succeeded" ? null : <HostileText inline text={run.reason} className="line-clamp-2 text-muted" />), phone: "hidden" },
  { id: "createdAt", header: "Requested", cell: (run) => <RelativeTime at={run.createdAt} />, width: 110, sortable: true },
  { id: "duration", header: "Ran for", cell: (run) => (run.wallTimeMs === null ? "–" : formatDuration(run.wallTimeMs)), align: "end", width: 90 },
  { id: "cost", header: "Cost", cell: (run) => (run.costMicros === null ? "–" : <Money micros={run.costMicros} currency={run.currency} />), align: "end", width: 110 },
  { id: "exitCode", header: "Exit code", cell: (run) => run.exitCode ?? "–", align: "end", width: 90, hidden: true },
];

export function RunsTable(props: TableProps<RunRow>) {
  return (
    <DataTable
      id="runs"
      label="Runs"
      columns={columns}
      rowId={(run) => run.id}
      rowHref={(run) => `/runs/${run.id}`}
      filters={<RangeFilter label="Requested" />}
      empty={{
        title: "No runs yet",
        text: "A run appears when an agent calls sandbox.python, sandbox.node or sandbox.shell and its policy allows it.",
        action: <ButtonLink href="/docs">See the call</ButtonLink>,
      }}
      {...props}
    />
  );
}
