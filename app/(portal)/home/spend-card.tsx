import { MoneyChart } from "@/components/charts/money-chart";
import { Card } from "@/components/ui/card";
import { Money } from "@/components/ui/money";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { recentSpend } from "@/lib/home/spend";

/** What was spent on each of the last 30 days. */
export async function SpendCard({ ctx, currency }: { ctx: PersonCtx; currency: string }) {
  const spend = await recentSpend(ctx);
  return (
    <Card title="Spent in 30 days" description={<><Money micros={spend.totalMicros} currency={currency} /> settled; <Money micros={spend.beforeMicros} currency={currency} /> in the 30 days before</>}>
      {spend.totalMicros === 0 ? (
        <p className="text-muted">Nothing was spent. Cost appears here when a run or an agent's action ends.</p>
      ) : (
        <MoneyChart label="Settled cost by day (UTC)" currency={currency} series={[{ key: "spent", label: "Settled" }]} points={spend.days.map(({ day, micros }) => ({ day, values: { spent: micros } }))} />
      )}
    </Card>
  );
}
