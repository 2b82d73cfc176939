import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { readTableState, type SearchParams } from "@/components/data-table/search-params";
import { ButtonLink } from "@/components/ui/button-link";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import { mayLockAnything } from "@/lib/locks/authorize-lock";
import { listLocks } from "@/lib/locks/list";
import { lockWords } from "@/lib/locks/words";
import { tablePage } from "../../table-page";
import { LocksTable } from "./locks-table";

export const metadata: Metadata = { title: "Locks" };

const defaultSort = { column: "createdAt", direction: "desc" } as const;
const states = [
  { value: "in_force", label: "In force" },
  { value: "lifted", label: "Lifted" },
  { value: "over", label: "Over" },
];
const kinds = Object.entries(lockWords).map(([value, { label }]) => ({ value, label }));

export default async function LocksPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const ctx = await requireSession();
  if (!may(ctx, "settings", "read") && !may(ctx, "approvals", "decide")) notFound();
  const table = readTableState(await searchParams, { sortable: ["createdAt"], defaultSort, facets: ["state", "kind"] });
  const page = await tablePage(listLocks(ctx, { ...table, states: table.facets.state, kinds: table.facets.kind }));
  const mayPlace = mayLockAnything(ctx) || may(ctx, "approvals", "decide");
  const place = mayPlace ? (
    <>
      {mayLockAnything(ctx) ? (
        <ButtonLink href={`/settings/locks/new?kind=organization&target=${ctx.organizationId}`} variant="danger" icon="stop">
          Stop all agents
        </ButtonLink>
      ) : null}
      <ButtonLink href="/settings/locks/new" icon="lock">
        Lock something
      </ButtonLink>
    </>
  ) : undefined;
  return (
    <>
      <PageHeader title="Locks" description="What is stopped at once, for a time or until somebody lifts it, and what was." actions={place} />
      <LocksTable
        {...page}
        defaultSort={defaultSort}
        facets={[
          { id: "state", label: "State", options: states },
          { id: "kind", label: "Kind", options: kinds },
        ]}
      />
    </>
  );
}
