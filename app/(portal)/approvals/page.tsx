import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { SearchParams } from "@/components/data-table/search-params";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import { QueueScreen } from "./queue-screen";

export const metadata: Metadata = { title: "Approvals" };

export default async function ApprovalsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const ctx = await requireSession();
  if (!may(ctx, "approvals", "view")) notFound();
  return <QueueScreen ctx={ctx} searchParams={await searchParams} open={null} />;
}
