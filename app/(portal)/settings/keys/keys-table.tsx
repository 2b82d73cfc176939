"use client";
import Link from "next/link";
import type { ReactNode } from "react";
import { DataTable, type TableColumn, type TableProps } from "@/components/data-table/data-table";
import { ActionButton } from "@/components/form/action-button";
import { Badge } from "@/components/ui/badge";
import { RelativeTime } from "@/components/ui/relative-time";
import { StatusBadge } from "@/components/ui/status-badge";
import type { KeyRow } from "@/lib/keys/list";
import { LockButton } from "../locks/lock-button";
import { revoke } from "./actions";

const columns: TableColumn<KeyRow>[] = [
  {
    id: "name",
    header: "Key",
    cell: (key) => (
      <span className="grid">
        <span className="font-medium wrap-anywhere">{key.name}</span>
        <code className="font-mono text-sm text-muted">{key.prefix}…</code>
      </span>
    ),
    locked: true,
    phone: "title",
  },
  { id: "state", header: "State", cell: (key) => <StatusBadge status={key.state} />, width: 110, phone: "aside" },
  {
    id: "agent",
    header: "Agent",
    cell: (key) => (
      <Link href={`/agents/${key.agent.id}/keys`} className="wrap-anywhere hover:underline">
        {key.agent.name}
      </Link>
    ),
    width: 150,
  },
  {
    id: "scopes",
    header: "Scopes",
    cell: (key) => (
      <span className="flex flex-wrap gap-1">
        {key.scopes.map((scope) => (
          <Badge key={scope}>{scope}</Badge>
        ))}
      </span>
    ),
  },
  { id: "lastUsed", header: "Last used", cell: (key) => (key.lastUsedAt ? <RelativeTime at={key.lastUsedAt} /> : <span className="text-subtle">Never</span>), width: 120 },
  { id: "createdAt", header: "Created", cell: (key) => <RelativeTime at={key.createdAt} />, width: 120, sortable: true },
  {
    id: "expires",
    header: "Ends",
    cell: (key) => (key.revokedAt ? <RelativeTime at={key.revokedAt} /> : key.expiresAt ? <RelativeTime at={new Date(key.expiresAt.getTime() - 1)} /> : <span className="text-subtle">When revoked</span>),
    width: 120,
  },
  {
    id: "network",
    header: "Used from",
    cell: (key) => (
      <Link href={`/settings/network/${key.id}`} className="inline-flex min-h-6 items-center hover:underline">
        {key.network}
      </Link>
    ),
    width: 150,
  },
  { id: "actions", header: "Action", cell: (key) => <Actions apiKey={key} />, width: 180, align: "end", locked: true },
];

function Actions({ apiKey }: { apiKey: KeyRow }) {
  if (!apiKey.mayRevoke && !apiKey.mayLock) return <span className="text-subtle">–</span>;
  return (
    <span className="inline-flex gap-2">
      {apiKey.mayLock ? <LockButton kind="key" target={apiKey.id} size="sm" /> : null}
      {apiKey.mayRevoke ? <Revoke apiKey={apiKey} /> : null}
    </span>
  );
}

function Revoke({ apiKey }: { apiKey: KeyRow }) {
  return (
    <ActionButton
      action={revoke}
      input={{ id: apiKey.id }}
      success={`${apiKey.name} is revoked`}
      size="sm"
      confirm={{
        title: `Revoke ${apiKey.name}?`,
        consequence: `Whatever ${apiKey.agent.name} sends with ${apiKey.prefix}… is refused from the next request on. A revoked key does not come back.`,
        confirmLabel: "Revoke",
      }}
    >
      Revoke
    </ActionButton>
  );
}

/** API keys: of one agent, or of the organization (with the agent's name). */
export function KeysTable({ ofAgent, emptyAction, ...props }: TableProps<KeyRow> & { ofAgent?: boolean; emptyAction?: ReactNode }) {
  return (
    <DataTable
      id={ofAgent ? "agent-keys" : "keys"}
      label="API keys"
      columns={ofAgent ? columns.filter((column) => column.id !== "agent") : columns}
      rowId={(key) => key.id}
      search={ofAgent ? undefined : "Name, first characters, agent"}
      empty={{
        title: "No API keys",
        text: ofAgent ? "With a key, the agent can submit actions. It is shown once." : "Keys are made on the page of the agent that they are for.",
        action: emptyAction,
      }}
      {...props}
    />
  );
}
