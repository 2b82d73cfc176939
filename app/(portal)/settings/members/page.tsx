import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { SearchParams } from "@/components/data-table/search-params";
import { readTableState } from "@/components/data-table/search-params";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { permissionTable, roles } from "@/lib/ability/permissions";
import { requireSession } from "@/lib/ctx/session";
import { loadOrganization } from "@/lib/organizations/load";
import { todayIn } from "@/lib/organizations/today";
import { listGrantable } from "@/lib/people/grantable";
import { listPeople, personStatuses } from "@/lib/people/list";
import { InviteDialog } from "./invite-dialog";
import { MembersTable } from "./members-table";

export const metadata: Metadata = { title: "Members" };

const defaultSort = { column: "name", direction: "asc" } as const;

export default async function MembersPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const ctx = await requireSession();
  if (!may(ctx, "users", "view")) notFound();
  const table = readTableState(await searchParams, { sortable: ["name", "createdAt"], defaultSort, facets: ["status", "role"] });
  const [page, grantable, organization] = await Promise.all([
    listPeople(ctx, { ...table, statuses: table.facets.status, roles: table.facets.role }),
    may(ctx, "users", "invite") ? listGrantable(ctx, "invite") : [],
    loadOrganization(ctx),
  ]);
  return (
    <>
      <PageHeader
        title="Members"
        description="Who may come in, and what they may do. Changes count at once."
        actions={grantable.length > 0 ? <InviteDialog roles={grantable} today={todayIn(organization.timeZone)} threeWeeks={todayIn(organization.timeZone, 21)} /> : null}
      />
      <MembersTable
        rows={page.rows}
        page={page}
        defaultSort={defaultSort}
        facets={[
          { id: "status", label: "Status", options: personStatuses.map((value) => ({ value, label: value === "left" ? "Removed" : value.charAt(0).toUpperCase() + value.slice(1) })) },
          { id: "role", label: "Role", options: roles.map((value) => ({ value, label: permissionTable[value].label })) },
        ]}
      />
    </>
  );
}
