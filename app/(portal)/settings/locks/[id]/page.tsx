import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { Card } from "@/components/ui/card";
import { ExactTime } from "@/components/ui/exact-time";
import { KeyValue } from "@/components/ui/key-value";
import { PageHeader } from "@/components/ui/page-header";
import { requireSession } from "@/lib/ctx/session";
import { orNull } from "@/lib/errors";
import { loadLock } from "@/lib/locks/load";
import { lockWords } from "@/lib/locks/words";
import { LockLines } from "../lock-lines";
import { LockStateBadge } from "../lock-state";
import { LiftForm } from "./lift-form";

export const metadata: Metadata = { title: "Lock" };

export default async function LockPage({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requireSession();
  const { id } = await params;
  if (!z.uuid().safeParse(id).success) notFound();
  const lock = await loadLock(ctx, { id }).catch(orNull("not_found", "forbidden"));
  if (!lock) notFound();
  const words = lockWords[lock.kind];
  return (
    <>
      <PageHeader
        title={lock.name}
        breadcrumbs={[{ href: "/settings/locks", label: "Locks" }]}
        meta={
          <>
            <LockStateBadge state={lock.state} />
            <span className="text-muted">{words.label}</span>
          </>
        }
      />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <Card title="The lock" description={lock.state === "in_force" ? words.stops : undefined}>
          <KeyValue
            items={[
              { term: "Message", detail: lock.message },
              ...(lock.reason ? [{ term: "Reason", detail: <span className="whitespace-pre-line">{lock.reason}</span> }] : []),
              { term: "By", detail: lock.placedBy },
              { term: "Since", detail: <ExactTime at={lock.createdAt} /> },
              { term: "Ends", detail: lock.until ? <ExactTime at={lock.until} /> : "When it is lifted" },
              ...(lock.endedBy && lock.endedAt ? [{ term: "Lifted", detail: <>By {lock.endedBy}, <ExactTime at={lock.endedAt} />: {lock.endReason}</> }] : []),
            ]}
          />
        </Card>
        <Card title="What was stopped" description="When it was placed. What stops later by it is refused one by one.">
          <div className="grid gap-4">
            <LockLines lines={lock.receipt} none="Nothing was under way." />
            <p className="text-sm text-muted">{words.leaves}</p>
          </div>
        </Card>
        {lock.state === "in_force" ? (
          <Card title="Lift it" description="What it stopped does not come back by itself: people sign in again, and agents ask again.">
            {lock.mayLift ? <LiftForm id={lock.id} /> : <p className="text-muted">It was placed for the whole organization, or where you may not: an organization admin can lift it.</p>}
          </Card>
        ) : null}
      </div>
    </>
  );
}
