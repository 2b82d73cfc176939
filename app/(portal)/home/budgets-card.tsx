import Link from "next/link";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Meter } from "@/components/ui/meter";
import { RelativeTime } from "@/components/ui/relative-time";
import { may } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { tightBudgets } from "@/lib/home/tight-budgets";

/** The budgets with the least left in their current window. */
export async function BudgetsCard({ ctx }: { ctx: PersonCtx }) {
  const { budgets, currency, overThreshold, all } = await tightBudgets(ctx, { limit: 5 });
  return (
    <Card
      title="Budgets"
      description={all === 0 ? undefined : overThreshold > 0 ? `${overThreshold} of ${all} at or above a threshold` : `All ${all} below their thresholds`}
      actions={all > 0 ? <ButtonLink size="sm" variant="ghost" href="/budgets">All budgets</ButtonLink> : undefined}
    >
      {budgets.length === 0 ? (
        <EmptyState icon="budget" title="No budgets yet" action={may(ctx, "budgets", "set") ? <ButtonLink href="/budgets">Set a budget</ButtonLink> : undefined}>
          Without a budget, only the thresholds of each agent's policy limit what it may spend.
        </EmptyState>
      ) : (
        <ul className="grid gap-4">
          {budgets.map((budget) => (
            <li key={budget.id}>
              <p className="mb-1 flex flex-wrap justify-between gap-x-3">
                <Link href={`/budgets/${budget.id}`} className="font-medium hover:underline">
                  {budget.scopeName}
                </Link>
                <span className="text-sm text-muted">
                  {budget.hard ? "" : "soft, "}by the {budget.period}, resets <RelativeTime at={budget.resetsAt} />
                </span>
              </p>
              <Meter
                label={`Budget of ${budget.scopeName}`}
                spent={budget.spentMicros}
                reserved={budget.reservedMicros}
                cap={budget.capMicros + budget.raisedMicros}
                currency={currency}
                thresholdPercent={budget.thresholds[0]}
              />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
