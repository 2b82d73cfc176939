import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import { mayLock } from "@/lib/locks/authorize-lock";
import { listWorkspaces } from "@/lib/workspaces/list";
import { LockCallouts } from "../locks/lock-callouts";
import { NewWorkspace } from "./new-name";
import { WorkspaceCard } from "./workspace-card";

export const metadata: Metadata = { title: "Workspaces" };

export default async function WorkspacesPage({ searchParams }: { searchParams: Promise<{ archived?: string | string[] }> }) {
  const ctx = await requireSession();
  if (!may(ctx, "workspaces", "read")) notFound();
  const archived = (await searchParams).archived === "yes";
  const workspaces = await listWorkspaces(ctx, { archived });
  const mayCreate = may(ctx, "workspaces", "create", { workspaceId: null });
  return (
    <>
      <PageHeader
        title="Workspaces"
        description="The parts of the organization, and the projects on which costs are booked."
        actions={mayCreate ? <NewWorkspace /> : undefined}
      />
      <LockCallouts ctx={ctx} of={workspaces.map(({ id }) => ({ kind: "workspace", target: id }))} />
      <div className="grid gap-4">
        {workspaces.length === 0 ? (
          <EmptyState icon="layers" title="No workspaces yet">
            Agents live in workspaces. Make the first one.
          </EmptyState>
        ) : (
          workspaces.map((workspace) => <WorkspaceCard key={workspace.id} workspace={workspace} mayLock={!workspace.archivedAt && mayLock(ctx, { workspaceId: workspace.id })} />)
        )}
        <p>
          <Link href={archived ? "/settings/workspaces" : "/settings/workspaces?archived=yes"} className="inline-flex min-h-6 items-center text-sm text-accent hover:underline">
            {archived ? "Hide what is archived" : "Show what is archived too"}
          </Link>
        </p>
      </div>
    </>
  );
}
