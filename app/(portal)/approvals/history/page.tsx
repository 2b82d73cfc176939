import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { SearchParams } from "@/components/data-table/search-params";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { listApprovals } from "@/lib/approvals/list";
import { pendingForMe } from "@/lib/approvals/pending-for-me";
import { requireSession } from "@/lib/ctx/session";
import { loadOrganization } from "@/lib/organizations/load";
import { decides, queueFacets, readFilters } from "../filters";
import { QueueTabs } from "../queue-tabs";
import { HistoryTable } from "./history-table";

export const metadata: Metadata = { title: "Approvals, history" };

export default async function ApprovalHistoryPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const ctx = await requireSession();
  if (!may(ctx, "approvals", "view")) notFound();
  const [page, facets, waiting, organization] = await Promise.all([
    listApprovals(ctx, readFilters(await searchParams, "ended")),
    queueFacets(ctx, "ended"),
    pendingForMe(ctx),
    loadOrganization(ctx),
  ]);
  return (
    <>
      <PageHeader title="Approvals" description="What was decided, by whom, and what nobody decided in time." />
      <QueueTabs waiting={decides(ctx) ? waiting : null} />
      <HistoryTable rows={page.rows.map((row) => ({ ...row, currency: organization.currency }))} page={page} facets={facets} />
    </>
  );
}
