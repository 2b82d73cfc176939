import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { SearchParams } from "@/components/data-table/search-params";
import { readTableState } from "@/components/data-table/search-params";
import { ButtonLink } from "@/components/ui/button-link";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import { listKeys } from "@/lib/keys/list";
import { tablePage } from "../../table-page";
import { LockCallouts } from "../locks/lock-callouts";
import { keyStateOptions } from "./key-states";
import { KeysTable } from "./keys-table";

export const metadata: Metadata = { title: "API keys" };

const defaultSort = { column: "createdAt", direction: "desc" } as const;

export default async function KeysPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const ctx = await requireSession();
  if (!may(ctx, "keys", "view")) notFound();
  const table = readTableState(await searchParams, { sortable: ["createdAt"], defaultSort, facets: ["state"] });
  const page = await tablePage(listKeys(ctx, { ...table, states: table.facets.state, direction: table.sort.direction }));
  return (
    <>
      <PageHeader title="API keys" description="Every key with which an agent may call. Only hashes are stored; revoking one works at once." />
      <LockCallouts ctx={ctx} of={page.rows.map(({ id }) => ({ kind: "key", target: id }))} />
      <KeysTable
        {...page}
        defaultSort={defaultSort}
        facets={[{ id: "state", label: "State", options: keyStateOptions }]}
        emptyAction={may(ctx, "agents", "read") ? <ButtonLink href="/agents">Agents</ButtonLink> : undefined}
      />
    </>
  );
}
