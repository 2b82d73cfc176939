import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { SearchParams } from "@/components/data-table/search-params";
import { readTableState } from "@/components/data-table/search-params";
import { ButtonLink } from "@/components/ui/button-link";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { listAgents } from "@/lib/agents/list";
import { requireSession } from "@/lib/ctx/session";
import { listWorkspaces } from "@/lib/workspaces/list";
import { EngineCallout } from "../../engine-callout";
import { tablePage } from "../../table-page";
import { AgentsTable } from "./agents-table";
import { agentKindOptions, agentStatusOptions } from "../labels";

export const metadata: Metadata = { title: "Agents" };

const defaultSort = { column: "name", direction: "asc" } as const;

export default async function AgentsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const ctx = await requireSession();
  if (!may(ctx, "agents", "read")) notFound();
  const table = readTableState(await searchParams, { sortable: ["name", "createdAt"], defaultSort, facets: ["status", "kind", "workspace"] });
  const filter = { ...table, statuses: table.facets.status, kinds: table.facets.kind, workspaceIds: table.facets.workspace };
  const [page, workspaces] = await Promise.all([tablePage(listAgents(ctx, filter)), listWorkspaces(ctx)]);
  const mayCreate = may(ctx, "agents", "create");
  return (
    <>
      <PageHeader
        title="Agents"
        description="Programs that act for somebody: who answers for each, and what it may do."
        actions={
          mayCreate ? (
            <ButtonLink href="/agents/new" variant="primary" icon="plus">
              New agent
            </ButtonLink>
          ) : undefined
        }
      />
      <EngineCallout>Agents get their decisions as always. Their sandbox runs wait.</EngineCallout>
      <AgentsTable
        {...page}
        defaultSort={defaultSort}
        mayCreate={mayCreate}
        facets={[
          { id: "status", label: "Status", options: agentStatusOptions },
          { id: "kind", label: "Kind", options: agentKindOptions },
          ...(workspaces.length > 1 ? [{ id: "workspace", label: "Workspace", options: workspaces.map(({ id, name }) => ({ value: id, label: name })) }] : []),
        ]}
      />
    </>
  );
}
