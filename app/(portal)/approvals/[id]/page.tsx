import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { SearchParams } from "@/components/data-table/search-params";
import { z } from "zod";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { loadApproval } from "@/lib/approvals/load";
import { noteLook } from "@/lib/approvals/note-look";
import { requireSession } from "@/lib/ctx/session";
import { isNotFound } from "../is-not-found";
import { LockCallouts } from "../../settings/locks/lock-callouts";
import { Panel } from "../panel";
import { QueueScreen } from "../queue-screen";

export const metadata: Metadata = { title: "Approvals" };

type Props = { params: Promise<{ id: string }>; searchParams: Promise<SearchParams> };

export default async function ApprovalPage({ params, searchParams }: Props) {
  const ctx = await requireSession();
  const { id } = await params;
  if (!z.uuid().safeParse(id).success) notFound();
  const detail = await loadApproval(ctx, { id }).catch((error: unknown) => {
    if (isNotFound(error)) notFound();
    throw error;
  });
  // What a decision's seconds count from.
  if (detail.status === "pending" && !detail.cannotDecide && may(ctx, "approvals", "decide")) await noteLook(ctx, { id }).catch(() => undefined);
  const of = [{ kind: "approval" as const, target: detail.id }, ...(detail.agent ? [{ kind: "agent" as const, target: detail.agent.id }] : [])];
  const panel = (
    <div>
      <LockCallouts ctx={ctx} of={of} />
      <Panel detail={detail} />
    </div>
  );
  // Whoever asked sees the own request, without the queue of others.
  if (!may(ctx, "approvals", "view")) {
    return (
      <>
        <PageHeader title="Your request" />
        {panel}
      </>
    );
  }
  return (
    <QueueScreen ctx={ctx} searchParams={await searchParams} open={id}>
      {panel}
    </QueueScreen>
  );
}
