import type { Metadata } from "next";
import { type ReactNode, Suspense } from "react";
import { LiveRefresh } from "@/components/live/live-refresh";
import { PageHeader } from "@/components/ui/page-header";
import { SkeletonCard } from "@/components/ui/skeleton";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import { env } from "@/lib/env";
import { loadOrganization } from "@/lib/organizations/load";
import { EngineCallout } from "./engine-callout";
import { AccessEnds } from "./home/access-card";
import { BudgetsCard } from "./home/budgets-card";
import { OverviewCard } from "./home/overview-card";
import { ProofCard } from "./home/proof-card";
import { QueueCard } from "./home/queue-card";
import { FailedRunsCard, RecentRunsCard } from "./home/runs-card";
import { SpendCard } from "./home/spend-card";
import { TroublesCard } from "./home/troubles-card";

export const metadata: Metadata = { title: "Home" };

/** Made of what this person may do: what waits for them, what went wrong, what it costs, what is proven. */
export default async function HomePage() {
  const ctx = await requireSession();
  const { name, currency } = await loadOrganization(ctx);
  const decides = may(ctx, "approvals", "decide") || may(ctx, "budgets", "override");
  const manages = may(ctx, "agents", "update");
  const audits = may(ctx, "audit", "view", { workspaceId: null });
  const seesMoney = may(ctx, "budgets", "view");
  return (
    <>
      <PageHeader title="Home" description={`${name}, as ${ctx.actor.name} sees it.`} actions={may(ctx, "approvals", "view") ? <LiveRefresh topic="approvals" /> : undefined} />
      <EngineCallout>Agents get their decisions as always. Sandbox runs, mail and expiries wait.</EngineCallout>
      <AccessEnds ctx={ctx} now={Date.now()} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem] xl:grid-cols-[minmax(0,1fr)_26rem]">
        <div className="grid min-w-0 gap-4">
          {decides ? <Later lines={6}><QueueCard ctx={ctx} currency={currency} /></Later> : null}
          {manages ? <Later lines={2}><OverviewCard ctx={ctx} address={env().APP_URL} /></Later> : null}
          {seesMoney ? <Later lines={8}><SpendCard ctx={ctx} currency={currency} /></Later> : null}
          {decides && may(ctx, "runs", "stop") ? <Later><FailedRunsCard ctx={ctx} /></Later> : null}
          {!decides && may(ctx, "runs", "view") ? <Later lines={8}><RecentRunsCard ctx={ctx} /></Later> : null}
        </div>
        <div className="grid min-w-0 gap-4">
          {audits ? <Later><ProofCard ctx={ctx} /></Later> : null}
          {seesMoney ? <Later lines={6}><BudgetsCard ctx={ctx} /></Later> : null}
          {may(ctx, "actions", "view") ? <Later><TroublesCard ctx={ctx} /></Later> : null}
        </div>
      </div>
    </>
  );
}

/** Each card comes when its figures are there, into the space that is kept for it. */
function Later({ lines, children }: { lines?: number; children: ReactNode }) {
  return <Suspense fallback={<SkeletonCard lines={lines} />}>{children}</Suspense>;
}
