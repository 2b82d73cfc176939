import type { Metadata } from "next";
import type { SearchParams } from "@/components/data-table/search-params";
import { readTableState } from "@/components/data-table/search-params";
import { ActionButton } from "@/components/form/action-button";
import { LiveRefresh } from "@/components/live/live-refresh";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { requireSession } from "@/lib/ctx/session";
import { listNotices } from "@/lib/notices/list";
import { unreadCount } from "@/lib/notices/unread-count";
import { read } from "./actions";
import { NoticeItem } from "./notice-item";
import { NoticePager } from "./notice-pager";

export const metadata: Metadata = { title: "Notices" };

export default async function NoticesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const ctx = await requireSession();
  const { after, before, size } = readTableState(await searchParams, { sortable: ["createdAt"], defaultSort: { column: "createdAt", direction: "desc" } });
  const [page, unread] = await Promise.all([listNotices(ctx, { unread: false, after, before, size }), unreadCount(ctx)]);
  return (
    <>
      <PageHeader
        title="Notices"
        description="What concerns you: requests that wait for you, what was decided about yours, budgets that reach a threshold, and what happens to your account."
        actions={
          <>
            <LiveRefresh topic="notices" />
            {unread > 0 ? (
              <ActionButton action={read} input={{}} icon="check">
                Mark all as read
              </ActionButton>
            ) : null}
          </>
        }
      />
      <Card flush>
        {page.rows.length === 0 ? (
          <EmptyState icon="bell" title="No notices">
            You are told here, and by mail where it is urgent, when something needs you.
          </EmptyState>
        ) : (
          <ul className="divide-y divide-line">
            {page.rows.map((notice) => (
              <li key={notice.id}>
                <NoticeItem notice={notice} />
              </li>
            ))}
          </ul>
        )}
        {page.next || page.previous ? <NoticePager shown={page.rows.length} next={page.next} previous={page.previous} /> : null}
      </Card>
    </>
  );
}
