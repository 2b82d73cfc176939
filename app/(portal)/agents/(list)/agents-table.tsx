"use client";
import { DataTable, type TableColumn, type TableProps } from "@/components/data-table/data-table";
import { ButtonLink } from "@/components/ui/button-link";
import { RelativeTime } from "@/components/ui/relative-time";
import { StatusBadge } from "@/components/ui/status-badge";
import type { AgentRow } from "@/lib/agents/list";
import { agentKindLabel } from "../labels";

const columns: TableColumn<AgentRow>[] = [
  { id: "name", header: "Agent", cell: (agent) => <span className="font-medium wrap-anywhere">{agent.name}</span>, sortable: true, locked: true, phone: "title" },
  { id: "status", header: "Status", cell: (agent) => <StatusBadge status={agent.status} />, width: 110, phone: "aside" },
  { id: "kind", header: "Kind", cell: (agent) => agentKindLabel(agent.kind), width: 110 },
  { id: "place", header: "Workspace / project", cell: (agent) => <span className="wrap-anywhere">{`${agent.workspace} / ${agent.project}`}</span> },
  { id: "owner", header: "Owner", cell: (agent) => <span className="wrap-anywhere">{agent.owner}</span> },
  { id: "policy", header: "Policy", cell: (agent) => `v${agent.policyVersion}`, width: 80, align: "end", hidden: true },
  { id: "lastAction", header: "Last action", cell: (agent) => (agent.lastActionAt ? <RelativeTime at={agent.lastActionAt} /> : <span className="text-subtle">Never</span>), width: 120 },
  { id: "createdAt", header: "Created", cell: (agent) => <RelativeTime at={agent.createdAt} />, width: 120, sortable: true, phone: "hidden" },
];

export function AgentsTable({ mayCreate, ...props }: TableProps<AgentRow> & { mayCreate?: boolean }) {
  return (
    <DataTable
      id="agents"
      label="Agents"
      columns={columns}
      rowId={(agent) => agent.id}
      rowHref={(agent) => `/agents/${agent.id}`}
      search="Name, owner, project"
      empty={{
        title: "No agents yet",
        text: "An agent is a program that acts for somebody. It begins as a draft, with a policy under which a person approves everything.",
        action: mayCreate ? (
          <ButtonLink href="/agents/new" variant="primary" icon="plus">
            New agent
          </ButtonLink>
        ) : undefined,
      }}
      {...props}
    />
  );
}
