import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { listBudgets } from "@/lib/budgets/list";
import { requireSession } from "@/lib/ctx/session";
import { BudgetRow } from "./budget-row";
import { PriceCard } from "./price-card";

export const metadata: Metadata = { title: "Budgets" };

export default async function BudgetsPage() {
  const ctx = await requireSession();
  if (!may(ctx, "budgets", "view")) notFound();
  const { budgets, currency, sandboxSecondMicros, more } = await listBudgets(ctx);
  const setButton = may(ctx, "budgets", "set") ? (
    <ButtonLink href="/budgets/new" variant="primary" icon="plus">
      Set a budget
    </ButtonLink>
  ) : null;
  return (
    <>
      <PageHeader
        title="Budgets"
        description="What agents may spend. Every budget above an agent counts: a hard one that is used up refuses, whatever the others have left."
        actions={setButton}
      />
      <div className="grid gap-4">
        <Card flush title="Running now" footer={more ? "The first 500 are shown." : undefined}>
          {budgets.length === 0 ? (
            <EmptyState icon="budget" title="No budget yet" action={setButton}>
              Without one, cost is limited only by each agent's own policy. Set one on the organization, a workspace, a project or an agent.
            </EmptyState>
          ) : (
            <ul className="divide-y divide-line">
              {budgets.map((budget) => (
                <li key={budget.id}>
                  <BudgetRow budget={budget} currency={currency} />
                </li>
              ))}
            </ul>
          )}
        </Card>
        <PriceCard secondMicros={sandboxSecondMicros} currency={currency} editable={may(ctx, "budgets", "set", { workspaceId: null })} />
      </div>
    </>
  );
}
