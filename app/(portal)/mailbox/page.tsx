import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { SearchParams } from "@/components/data-table/search-params";
import { readTableState } from "@/components/data-table/search-params";
import { Callout } from "@/components/ui/callout";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import { listMail } from "@/lib/mail/list";
import { MailTable } from "./mail-table";

export const metadata: Metadata = { title: "Mailbox" };

const defaultSort = { column: "createdAt", direction: "desc" } as const;

export default async function MailboxPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const ctx = await requireSession();
  if (!may(ctx, "platform", "view")) notFound();
  const { page, smtp } = await listMail(ctx, readTableState(await searchParams, { sortable: ["createdAt"], defaultSort }));
  return (
    <>
      <PageHeader title="Mailbox" description="What the portal sends by mail. Only super admins see it." />
      {smtp ? null : (
        <Callout tone="info" title="No mail server is configured">
          Mail stays here until SMTP_URL names one. Links in it let people in as whoever they are for: hand them on with care.
        </Callout>
      )}
      <div className="mt-4">
        <MailTable rows={page.rows} page={page} defaultSort={defaultSort} />
      </div>
    </>
  );
}
