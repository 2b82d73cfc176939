import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { SearchParams } from "@/components/data-table/search-params";
import { readTableState } from "@/components/data-table/search-params";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import { runFacets } from "@/lib/runs/facets";
import { runnerStatus } from "@/lib/runs/health";
import { listRuns, runStatuses } from "@/lib/runs/list";
import { EngineCallout } from "../engine-callout";
import { RunnerCallout } from "./runner-callout";
import { RunsTable } from "./runs-table";

export const metadata: Metadata = { title: "Runs" };

const dayMs = 86_400_000;
const defaultSort = { column: "createdAt", direction: "desc" } as const;

export default async function RunsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const ctx = await requireSession();
  if (!may(ctx, "runs", "view")) notFound();
  const table = readTableState(await searchParams, { sortable: ["createdAt"], defaultSort, facets: ["status", "agent", "workspace"] });
  const filter = {
    statuses: table.facets.status,
    agentIds: table.facets.agent,
    workspaceIds: table.facets.workspace,
    direction: table.sort.direction,
    ...(table.from ? { from: new Date(table.from) } : {}),
    ...(table.to ? { to: new Date(Date.parse(table.to) + dayMs) } : {}),
  };
  const [page, facets, runner] = await Promise.all([listRuns(ctx, filter, table), runFacets(ctx), runnerStatus(ctx)]);
  return (
    <>
      <PageHeader title="Runs" description="Programs of agents, each in a gVisor sandbox of its own." />
      <EngineCallout>Runs that are allowed wait, and what a running one gives is kept.</EngineCallout>
      <RunnerCallout status={runner} />
      <RunsTable
        rows={page.rows}
        page={page}
        defaultSort={defaultSort}
        facets={[
          { id: "status", label: "Status", options: runStatuses.map((value) => ({ value, label: value.replaceAll("_", " ") })) },
          { id: "agent", label: "Agent", options: facets.agents },
          ...(facets.workspaces.length > 1 ? [{ id: "workspace", label: "Workspace", options: facets.workspaces }] : []),
        ]}
      />
    </>
  );
}
