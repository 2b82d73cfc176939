import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { PageHeader } from "@/components/ui/page-header";
import { Tabs } from "@/components/ui/tabs";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import SectionLayout from "../section-layout";
import { sectionsFor } from "./sections";

export default async function PoliciesLayout({ children }: { children: ReactNode }) {
  const ctx = await requireSession();
  if (!may(ctx, "policies", "view")) notFound();
  return (
    <SectionLayout>
      <PageHeader title="Policies" description="What agents may do, and when a person is asked. Every version is kept, and each decision names the ones it was made under." />
      <Tabs label="Kinds of policies" items={[{ href: "/policies", label: "Overview" }, ...sectionsFor(ctx).map(({ href, label }) => ({ href, label }))]} />
      {children}
    </SectionLayout>
  );
}
