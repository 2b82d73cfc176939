"use client";
import { DataTable, type TableColumn, type TableProps } from "@/components/data-table/data-table";
import { RelativeTime } from "@/components/ui/relative-time";
import { StatusBadge } from "@/components/ui/status-badge";
import type { MemberRow } from "@/lib/people/list";
import { RoleList } from "./role-list";

const columns: TableColumn<MemberRow>[] = [
  { id: "name", header: "Name", cell: (member) => <span className="font-medium">{member.name}</span>, sortable: true, phone: "title", locked: true },
  { id: "email", header: "Email", cell: (member) => <span className="wrap-anywhere text-muted">{member.email}</span>, width: 260 },
  { id: "roles", header: "Roles", cell: (member) => <RoleList roles={member.roles} /> },
  { id: "status", header: "Status", cell: (member) => <StatusBadge status={member.status} label={member.status === "left" ? "Removed" : undefined} />, phone: "aside", width: 120 },
  { id: "lastSignInAt", header: "Last sign-in", cell: (member) => (member.lastSignInAt ? <RelativeTime at={member.lastSignInAt} /> : "Never"), width: 130 },
  { id: "createdAt", header: "Added", cell: (member) => <RelativeTime at={member.createdAt} />, sortable: true, width: 120, phone: "hidden" },
];

export function MembersTable(props: TableProps<MemberRow>) {
  return (
    <DataTable
      id="members"
      label="Members"
      columns={columns}
      rowId={(member) => member.id}
      rowHref={(member) => `/settings/members/${member.id}`}
      search="Search name or email"
      {...props}
      empty={{ title: "Nobody found", text: "No member fits this search and these filters." }}
    />
  );
}
