import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { Card } from "@/components/ui/card";
import { CopyableId } from "@/components/ui/copyable-id";
import { ExactTime } from "@/components/ui/exact-time";
import { KeyValue } from "@/components/ui/key-value";
import { PageHeader } from "@/components/ui/page-header";
import { RelativeTime } from "@/components/ui/relative-time";
import { StatusBadge } from "@/components/ui/status-badge";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import { AppError } from "@/lib/errors";
import { loadPerson, type PersonView } from "@/lib/people/load";
import { LockCallouts } from "../../locks/lock-callouts";
import { MemberActions } from "./member-actions";
import { MemberFactors } from "./member-factors";
import { MemberPresence } from "./member-presence";
import { MemberRoles } from "./member-roles";
import { MemberSessions } from "./member-sessions";

export const metadata: Metadata = { title: "Member" };

export default async function MemberPage({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requireSession();
  const { id } = await params;
  if (!may(ctx, "users", "view") || !z.uuid().safeParse(id).success) notFound();
  const member = await loadPerson(ctx, { id }).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "not_found") notFound();
    throw error;
  });
  return (
    <>
      <PageHeader
        title={member.name}
        breadcrumbs={[{ href: "/settings/members", label: "Members" }]}
        meta={<StatusBadge status={member.status} label={member.status === "left" ? "Removed" : undefined} />}
        actions={<MemberActions ctx={ctx} member={member} />}
      />
      <LockCallouts ctx={ctx} of={[{ kind: "person", target: member.id }, ...member.roles.map(({ role }) => ({ kind: "role" as const, target: role }))]} />
      <div className="grid gap-4">
        <Card title="Profile">
          <KeyValue
            items={[
              { term: "Email", detail: member.email },
              { term: "Added", detail: <RelativeTime at={member.createdAt} /> },
              { term: "Last sign-in", detail: member.lastSignInAt ? <RelativeTime at={member.lastSignInAt} /> : "Never" },
              ...(member.invitation
                ? [{ term: "Invitation", detail: <Invitation {...member.invitation} /> }]
                : []),
              ...(member.leftAt ? [{ term: "Removed", detail: <RelativeTime at={member.leftAt} /> }] : []),
              { term: "Id", detail: <CopyableId id={member.id} /> },
            ]}
          />
        </Card>
        <MemberRoles ctx={ctx} member={member} />
        <MemberFactors ctx={ctx} member={member} />
        {may(ctx, "settings", "update", { workspaceId: null }) && member.status === "active" ? <MemberPresence ctx={ctx} personId={member.id} /> : null}
        {may(ctx, "sessions", "view") && member.status !== "invited" ? <MemberSessions ctx={ctx} personId={member.id} /> : null}
      </div>
    </>
  );
}

function Invitation({ sentAt, expiresAt, isOpen }: NonNullable<PersonView["invitation"]>) {
  return (
    <>
      Sent <RelativeTime at={sentAt} />, {isOpen ? "open until" : "expired on"} <ExactTime at={expiresAt} date />
    </>
  );
}

