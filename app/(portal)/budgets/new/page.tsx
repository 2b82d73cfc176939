import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { scopeChoices } from "@/lib/budgets/scope-choices";
import { requireSession } from "@/lib/ctx/session";
import { NewBudgetForm } from "./new-budget-form";

export const metadata: Metadata = { title: "Set a budget" };

export default async function NewBudgetPage() {
  const ctx = await requireSession();
  if (!may(ctx, "budgets", "set")) notFound();
  const { choices, timeZone, currency } = await scopeChoices(ctx);
  const timeZones = [...new Set([timeZone, "UTC", ...Intl.supportedValuesOf("timeZone")])];
  return (
    <>
      <PageHeader title="Set a budget" breadcrumbs={[{ href: "/budgets", label: "Budgets" }]} description="It counts what is reserved and spent from now on." />
      <Card className="max-w-2xl">
        <NewBudgetForm choices={choices} timeZones={timeZones} timeZone={timeZone} currency={currency} />
      </Card>
    </>
  );
}
