import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { readTableState, type SearchParams } from "@/components/data-table/search-params";
import { Section } from "@/components/ui/section";
import { Tabs } from "@/components/ui/tabs";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import { leaseChoices } from "@/lib/leases/choices";
import { listLeases } from "@/lib/leases/list";
import { tablePage } from "../../table-page";
import { LeasesTable } from "./leases-table";
import { NewLease } from "./new-lease";

export const metadata: Metadata = { title: "Leases" };

const defaultSort = { column: "createdAt", direction: "desc" } as const;

export default async function LeasesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const ctx = await requireSession();
  if (!may(ctx, "policies", "view")) notFound();
  const asked = await searchParams;
  const table = readTableState(asked, { sortable: ["createdAt"], defaultSort });
  const ended = asked.view === "ended";
  const mayIssue = may(ctx, "approvals", "decide") && may(ctx, "policies", "update");
  const [page, choices] = await Promise.all([tablePage(listLeases(ctx, { ...table, ended })), mayIssue ? leaseChoices(ctx) : null]);
  return (
    <Section
      title="Leases"
      description="Temporary exceptions, each for one agent: what would need a person's yes passes a few times, for a short while. Signed, counted, and revocable at once."
      actions={choices && choices.agents.length > 0 ? <NewLease {...choices} /> : undefined}
    >
      <Tabs
        label="Which leases"
        items={[
          { href: "/policies/leases", label: "In force" },
          { href: "/policies/leases?view=ended", label: "Ended" },
        ]}
      />
      <LeasesTable ended={ended} {...page} defaultSort={defaultSort} />
    </Section>
  );
}
