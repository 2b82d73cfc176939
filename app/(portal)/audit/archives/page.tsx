import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { SearchParams } from "@/components/data-table/search-params";
import { readTableState } from "@/components/data-table/search-params";
import { ButtonLink } from "@/components/ui/button-link";
import { Callout } from "@/components/ui/callout";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { archiveFolder } from "@/lib/audit/archive-file";
import { listArchives } from "@/lib/audit/archives/list";
import { requireSession } from "@/lib/ctx/session";
import { tablePage } from "../../table-page";
import { ArchivesTable } from "./archives-table";

export const metadata: Metadata = { title: "Audit archives" };

export default async function ArchivesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const ctx = await requireSession();
  if (!may(ctx, "audit", "view", { workspaceId: null })) notFound();
  const { after, before, size } = readTableState(await searchParams, { sortable: ["createdAt"], defaultSort: { column: "createdAt", direction: "desc" } });
  const page = await tablePage(listArchives(ctx, { after, before, size }));
  const on = archiveFolder() !== null;
  return (
    <>
      <PageHeader
        title="Archives"
        description="Every night, what happened since the last archive becomes a file that proves itself. One begins where the other ends."
        breadcrumbs={[{ href: "/audit", label: "Audit" }]}
        actions={
          <ButtonLink variant="ghost" icon="help" href="/audit/format">
            Check an archive yourself
          </ButtonLink>
        }
      />
      {on ? null : (
        <Callout tone="warn" title="Archives are off" className="mb-4">
          The portal was given no folder for them. Whoever runs it sets AUDIT_ARCHIVE_DIR and starts it again; the first archive then holds everything from the beginning.
        </Callout>
      )}
      <ArchivesTable {...page} on={on} mayDownload={may(ctx, "audit", "export", { workspaceId: null })} />
    </>
  );
}
