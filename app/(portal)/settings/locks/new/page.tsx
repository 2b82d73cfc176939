import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import { AppError } from "@/lib/errors";
import { mayLockAnything } from "@/lib/locks/authorize-lock";
import { LockTarget } from "@/lib/locks/input";
import { previewLock } from "@/lib/locks/preview";
import { lockWords } from "@/lib/locks/words";
import { LockCallouts } from "../lock-callouts";
import { LockLines } from "../lock-lines";
import { Chooser } from "./chooser";
import { LockForm } from "./lock-form";

export const metadata: Metadata = { title: "Lock something" };

type Asked = Record<"kind" | "target" | "workspace", string | string[] | undefined>;

const breadcrumbs = [{ href: "/settings/locks", label: "Locks" }];

/** What a lock on something would stop, before it is placed; without anything named, what can be locked. */
export default async function NewLockPage({ searchParams }: { searchParams: Promise<Asked> }) {
  const ctx = await requireSession();
  if (!mayLockAnything(ctx) && !may(ctx, "approvals", "decide")) notFound();
  const { kind, target, workspace } = await searchParams;
  const asked = LockTarget.safeParse({ kind, target, workspaceId: workspace ?? null });
  if (!asked.success) {
    const wrong = target ? asked.error.issues[0]?.message : undefined;
    return (
      <>
        <PageHeader title="Lock something" breadcrumbs={breadcrumbs} description="Stops it at once. You see what will be stopped before you do it." />
        <Chooser ctx={ctx} wrong={wrong} />
      </>
    );
  }
  const preview = await previewLock(ctx, asked.data).catch((error: unknown) => {
    if (error instanceof AppError && (error.code === "not_found" || error.code === "forbidden")) notFound();
    throw error;
  });
  const words = lockWords[preview.kind];
  return (
    <>
      <PageHeader title={`Lock ${preview.name}`} breadcrumbs={breadcrumbs} meta={<span className="text-muted">{words.label}</span>} />
      <LockCallouts ctx={ctx} of={[preview]} />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <Card title="What stops" description={words.stops}>
          <div className="grid gap-4">
            <LockLines lines={preview.lines} none="Nothing is under way that would have to stop now." />
            <p className="text-sm text-muted">{words.leaves}</p>
          </div>
        </Card>
        <Card title="Lock it">
          {preview.refusal ? (
            <Callout tone="warn" title={preview.refusal}>
              Another admin can, if it must be.
            </Callout>
          ) : (
            <LockForm of={{ kind: preview.kind, target: preview.target, workspaceId: preview.workspaceId }} name={preview.name} />
          )}
        </Card>
      </div>
    </>
  );
}
