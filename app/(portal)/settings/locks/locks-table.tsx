"use client";
import type { ReactNode } from "react";
import { DataTable, type TableColumn, type TableProps } from "@/components/data-table/data-table";
import { HostileText } from "@/components/ui/hostile-text";
import { RelativeTime } from "@/components/ui/relative-time";
import type { LockRow } from "@/lib/locks/list";
import { lockWords } from "@/lib/locks/words";
import { LockStateBadge } from "./lock-state";

const columns: TableColumn<LockRow>[] = [
  {
    id: "name",
    header: "Locked",
    cell: (lock) => (
      <span className="grid">
        <span className="text-sm text-muted">{lockWords[lock.kind].label}</span>
        <span className="font-medium wrap-anywhere">
          <HostileText inline text={lock.name} />
        </span>
      </span>
    ),
    locked: true,
    phone: "title",
  },
  { id: "state", header: "State", cell: (lock) => <LockStateBadge state={lock.state} />, width: 110, phone: "aside" },
  { id: "message", header: "Message", cell: (lock) => <span className="wrap-anywhere">{lock.message}</span> },
  { id: "placedBy", header: "By", cell: (lock) => lock.placedBy, width: 160 },
  { id: "createdAt", header: "Since", cell: (lock) => <RelativeTime at={lock.createdAt} />, width: 120 },
  { id: "until", header: "Ends", cell: (lock) => <End lock={lock} />, width: 130 },
];

function End({ lock }: { lock: LockRow }) {
  const at = lock.endedAt ?? lock.until;
  return at ? <RelativeTime at={at} /> : <span className="text-subtle">When lifted</span>;
}

/** Locks in force and past. */
export function LocksTable({ emptyAction, ...props }: TableProps<LockRow> & { emptyAction?: ReactNode }) {
  return (
    <DataTable
      id="locks"
      label="Locks"
      columns={columns}
      rowId={(lock) => lock.id}
      rowHref={(lock) => `/settings/locks/${lock.id}`}
      empty={{ title: "No locks", text: "Nothing is stopped. A lock stops a person, an agent, a tool and more at once, for a time or until it is lifted.", action: emptyAction }}
      {...props}
    />
  );
}
