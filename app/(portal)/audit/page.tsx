import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { SearchParams } from "@/components/data-table/search-params";
import { Suspense } from "react";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton } from "@/components/ui/skeleton";
import { may } from "@/lib/ability/authorize";
import { loadFacets } from "@/lib/audit/facets";
import { isTimeLimited } from "@/lib/ability/time-limited";
import { searchAudit, type SearchAuditInput } from "@/lib/audit/search";
import { listViews } from "@/lib/audit/views/list";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { requireSession } from "@/lib/ctx/session";
import { AppError } from "@/lib/errors";
import { AuditTable } from "./audit-table";
import { EventDrawer } from "./event-drawer";
import { readAuditUrl } from "./filter-url";
import { Standing } from "./standing";
import { ViewsMenu } from "./views-menu";

export const metadata: Metadata = { title: "Audit" };

const exports = [
  { label: "CSV, for spreadsheets", path: "/audit/export?format=csv" },
  { label: "JSON Lines, for programs", path: "/audit/export?format=jsonl" },
];

export default async function AuditPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const ctx = await requireSession();
  if (!may(ctx, "audit", "view")) notFound();
  const params = await searchParams;
  const wanted = readAuditUrl(params);
  const [found, facets, views] = await Promise.all([search(ctx, wanted), loadFacets(ctx), listViews(ctx)]);
  const typed = (id: string, label: string, value: string | undefined) => (value ? [{ id, label, options: [{ value, label: value }] }] : []);
  return (
    <>
      <PageHeader
        title="Audit"
        description="Every change, decision and denial, in a chain that shows any change to it."
        actions={<ViewsMenu views={views} maySave={!isTimeLimited(ctx)} />}
      />
      {may(ctx, "audit", "view", { workspaceId: null }) ? (
        <Suspense fallback={<Skeleton className="mb-4 h-28 w-full rounded-lg" />}>
          <Standing ctx={ctx} />
        </Suspense>
      ) : null}
      <AuditTable
        {...found}
        facets={[
          { id: "action", label: "Event", options: facets.action },
          { id: "actor", label: "Actor", options: facets.actor },
          { id: "type", label: "Resource", options: facets.resourceType },
          ...(facets.workspace.length > 1 ? [{ id: "workspace", label: "Workspace", options: facets.workspace }] : []),
          { id: "outcome", label: "Outcome", options: facets.outcome },
          { id: "severity", label: "Severity", options: facets.severity },
          ...typed("resource", "Resource id", wanted.filter.resource),
          ...typed("ip", "IP address", wanted.filter.ip),
          ...typed("request", "Request", wanted.filter.request),
        ]}
        exports={may(ctx, "audit", "export", { workspaceId: null }) ? exports : []}
      />
      <EventDrawer ctx={ctx} params={params} />
    </>
  );
}

/** A search that is refused for what was asked is shown in the table's place, so that it can be changed there. */
async function search(ctx: PersonCtx, input: SearchAuditInput) {
  try {
    const { rows, ...page } = await searchAudit(ctx, input);
    return { rows, page };
  } catch (error) {
    if (!(error instanceof AppError && error.code === "unavailable")) throw error;
    return { rows: [], error: { message: [error.message, error.hint].filter(Boolean).join(" "), requestId: ctx.requestId } };
  }
}
