import type { SearchParams } from "@/components/data-table/search-params";
import type { ReactNode } from "react";
import { LiveRefresh } from "@/components/live/live-refresh";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { compareAlike } from "@/lib/approvals/compare-alike";
import { listApprovals } from "@/lib/approvals/list";
import { listQueue, type QueuedApproval } from "@/lib/approvals/queue";
import type { Page } from "@/lib/keyset";
import { pendingForMe } from "@/lib/approvals/pending-for-me";
import { loadOrganization } from "@/lib/organizations/load";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { EngineCallout } from "../engine-callout";
import { decides, queueFacets, readFilters, showsOnlyMine } from "./filters";
import { QueueTabs } from "./queue-tabs";
import { Several } from "./several";
import { Workbench } from "./workbench";

interface QueueScreenProps {
  ctx: PersonCtx;
  searchParams: SearchParams;
  open: string | null;
  /** The opened request. */
  children?: ReactNode;
}

/** Look-alikes as one row each, or those that are like one request. */
async function waiting(ctx: PersonCtx, searchParams: SearchParams): Promise<Page<QueuedApproval>> {
  const filters = readFilters(searchParams, "waiting", showsOnlyMine(ctx, searchParams));
  if (!filters.alike) return listQueue(ctx, filters);
  const page = await listApprovals(ctx, filters);
  return { ...page, rows: page.rows.map((row) => ({ ...row, alike: 1 })) };
}

/** What came after this is not on the page. */
function readAt(): string {
  return new Date().toISOString();
}

/** The queue with the opened request beside it; on a phone one or the other. */
export async function QueueScreen({ ctx, searchParams, open, children }: QueueScreenProps) {
  const asOf = readAt();
  const [page, facets, mine, organization] = await Promise.all([
    waiting(ctx, searchParams),
    queueFacets(ctx, "waiting"),
    pendingForMe(ctx),
    loadOrganization(ctx),
  ]);
  const { alike } = readFilters(searchParams, "waiting");
  const compared = alike ? await compareAlike(ctx, { ids: page.rows.map(({ id }) => id) }) : null;
  return (
    <>
      {open ? <h1 className="sr-only lg:hidden">Approvals</h1> : null}
      <EngineCallout>What you decide counts at once and is kept. Runs that it allows start later, and mail goes out later.</EngineCallout>
      <div className={open ? "max-lg:hidden" : undefined}>
        <PageHeader
          title="Approvals"
          description="The riskiest first, then the oldest."
          actions={<LiveRefresh topic="approvals" />}
        />
        <QueueTabs waiting={decides(ctx) ? mine : null} openId={open} />
        {alike && compared ? <Several id={alike} rows={page.rows} compared={compared} currency={organization.currency} mayDecide={may(ctx, "approvals", "decide")} asOf={asOf} /> : null}
      </div>
      <Workbench rows={page.rows} page={{ next: page.next, previous: page.previous }} facets={facets} openId={open} me={ctx.actor.id} mine={mine} currency={organization.currency}>
        {children}
      </Workbench>
    </>
  );
}
