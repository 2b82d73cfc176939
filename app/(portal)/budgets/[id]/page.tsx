import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { SearchParams } from "@/components/data-table/search-params";
import { MoneyChart } from "@/components/charts/money-chart";
import { Badge } from "@/components/ui/badge";
import { ButtonLink } from "@/components/ui/button-link";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { HostileText } from "@/components/ui/hostile-text";
import { Meter } from "@/components/ui/meter";
import { Money } from "@/components/ui/money";
import { PageHeader } from "@/components/ui/page-header";
import { RelativeTime } from "@/components/ui/relative-time";
import { Stat, StatRow } from "@/components/ui/stat";
import { loadBudget, LoadBudgetInput } from "@/lib/budgets/load";
import { requireSession } from "@/lib/ctx/session";
import { AppError } from "@/lib/errors";
import { periodLabels, scopeLabels } from "../words";
import { BudgetActions } from "./budget-actions";
import { DayTable } from "./day-table";
import { Alerts, Held, Requests, Spenders } from "./lists";
import { WindowMenu } from "./window-menu";

export const metadata: Metadata = { title: "Budget" };

type Props = { params: Promise<{ id: string }>; searchParams: Promise<SearchParams> };

export default async function BudgetPage({ params, searchParams }: Props) {
  const ctx = await requireSession();
  const input = LoadBudgetInput.safeParse({ id: (await params).id, window: (await searchParams).window });
  if (!input.success) notFound();
  const detail = await loadBudget(ctx, input.data).catch((error: unknown) => {
    if (error instanceof AppError && (error.code === "not_found" || error.code === "forbidden")) notFound();
    throw error;
  });
  const { budget, window, currency, days } = detail;
  const cap = budget.capMicros + window.raisedMicros;
  const money = (micros: number) => <Money micros={micros} currency={currency} />;
  return (
    <>
      <PageHeader
        title={<HostileText inline text={budget.scopeName} />}
        breadcrumbs={[{ href: "/budgets", label: "Budgets" }]}
        meta={
          <>
            <Badge>{scopeLabels[budget.scopeType]}</Badge>
            <Badge>{periodLabels[budget.period]}</Badge>
            <Badge icon={budget.hard ? "shield" : "info"}>{budget.hard ? "Hard cap" : "Soft cap"}</Badge>
            {budget.archivedAt ? <Badge tone="warn">Closed</Badge> : null}
          </>
        }
        description={
          <>
            {window.current ? "Resets" : "Ended"} <RelativeTime at={window.endsAt} />, at midnight in {budget.timeZone}.
          </>
        }
        actions={<BudgetActions detail={detail} />}
      />
      <div className="grid gap-4">
        {window.current && window.leftMicros <= 0 ? (
          <Callout tone={budget.hard ? "danger" : "warn"} title={budget.hard ? "Nothing more is allowed in this window" : "The cap is reached"}>
            {window.leftMicros < 0 ? <>What is spent and reserved is {money(-window.leftMicros)} above the cap. </> : null}
            {budget.hard ? `${window.leftMicros < 0 ? "Every action is" : "Actions that cost anything are"} refused until it resets, the cap is set higher, or a request for more is approved.` : "This budget only tells; it refuses nothing."}
          </Callout>
        ) : null}
        {window.overrunMicros > 0 ? (
          <Callout tone="warn" title="Some cost came in above what was reserved">
            {money(window.overrunMicros)} was reported when a cap had no room left for it. It counts as spent, so the next actions have less.
          </Callout>
        ) : null}
        <StatRow>
          <Stat label="Cap" value={money(cap)} detail={window.raisedMicros > 0 ? <>{money(budget.capMicros)} and {money(window.raisedMicros)} more</> : `each ${budget.period}`} />
          <Stat label="Spent" value={money(window.spentMicros)} />
          <Stat label="Reserved" value={money(window.reservedMicros)} detail={`${detail.held.count} held back`} />
          <Stat label="Left" value={money(Math.max(0, window.leftMicros))} tone={window.leftMicros <= 0 ? "danger" : "neutral"} />
        </StatRow>
        <Card
          title="Spent so far"
          description={`By the day on which the cost was settled, in ${budget.timeZone}.`}
          actions={
            <>
              <WindowMenu budgetId={budget.id} windows={detail.windows} openId={window.id} timeZone={budget.timeZone} />
              <ButtonLink href={`/api/budgets/${budget.id}?window=${window.id}`} prefetch={false} download icon="download">
                CSV
              </ButtonLink>
            </>
          }
        >
          <Meter label="Used in this window" spent={window.spentMicros} reserved={window.reservedMicros} cap={cap} currency={currency} thresholdPercent={budget.thresholds[0]} />
          <div className="mt-4">
            <MoneyChart
              label="Spent so far in this window"
              currency={currency}
              capMicros={cap}
              series={[{ key: "soFar", label: "Spent so far" }]}
              points={days.map((day) => ({ day: day.day, values: { soFar: day.soFarMicros } }))}
            />
          </div>
        </Card>
        <div className="grid items-start gap-4 xl:grid-cols-2">
          <DayTable days={days} capMicros={cap} currency={currency} total={window.spentMicros} />
          <div className="grid gap-4">
            <Spenders detail={detail} />
            <Held detail={detail} />
            <Alerts detail={detail} />
            <Requests detail={detail} />
          </div>
        </div>
      </div>
    </>
  );
}
