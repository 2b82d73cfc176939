import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { Card } from "@/components/ui/card";
import { Icon } from "@/components/ui/icon";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import { listScopes } from "@/lib/governance/list-scopes";
import { InForce } from "./in-force";
import { sectionsFor } from "./sections";
import { steps } from "./steps";

export const metadata: Metadata = { title: "Policies" };

export default async function PoliciesPage() {
  const ctx = await requireSession();
  if (!may(ctx, "policies", "view")) notFound();
  const scopes = await listScopes(ctx);
  const sections = sectionsFor(ctx);
  return (
    <div className="grid min-w-0 gap-4">
      {sections.length > 0 ? (
        <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
          {sections.map((section) => (
            <li key={section.href} className="rounded-lg border border-line bg-surface p-4">
              <Link href={section.href} className="inline-flex min-h-6 items-center gap-2 text-md font-semibold hover:underline">
                <Icon name={section.icon} className="text-muted" />
                {section.label}
              </Link>
              <p className="mt-1 text-muted">{section.says}</p>
            </li>
          ))}
        </ul>
      ) : null}
      <InForce scopes={scopes} />
      <Card title="How an action is decided" description="In this order, in one transaction. What denies ends it; what asks is remembered, and the rest is still asked." flush>
        <ol className="divide-y divide-line">
          {steps.map((step, at) => (
            <li key={step.name} className="flex gap-3 px-4 py-2.5">
              <span className="w-5 shrink-0 text-right text-subtle">{at + 1}</span>
              <div className="min-w-0">
                <p className="font-medium">{step.name}</p>
                <p className="text-muted">{step.says}</p>
              </div>
            </li>
          ))}
        </ol>
      </Card>
    </div>
  );
}
