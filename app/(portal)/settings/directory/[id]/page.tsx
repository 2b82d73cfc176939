import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { ActionButton } from "@/components/form/action-button";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { requireSession } from "@/lib/ctx/session";
import { type DirectoryDetails, loadDirectory } from "@/lib/directory/load";
import { AppError } from "@/lib/errors";
import { listGrantable } from "@/lib/people/grantable";
import { disconnectDirectoryAction } from "../actions";
import { SyncState } from "../sync-state";
import { kindNames, stateOf } from "../words";
import { ConflictList } from "./conflict-list";
import { ConnectionCard } from "./connection-card";
import { GroupList } from "./group-list";
import { ScheduleForm } from "./schedule-form";
import { SettingsForm } from "./settings-form";
import { SyncCard } from "./sync-card";

export const metadata: Metadata = { title: "Directory" };

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function OneDirectoryPage({ params, searchParams }: Props) {
  const ctx = await requireSession();
  const [{ id }, query] = await Promise.all([params, searchParams]);
  const given = (name: string) => (typeof query[name] === "string" ? query[name].slice(0, 1_000) : "");
  if (!may(ctx, "settings", "read", { workspaceId: null }) || !z.uuid().safeParse(id).success) notFound();
  const search = given("q");
  const directory = await loadDirectory(ctx, { id, q: search, conflicts: { after: given("after"), before: given("before") } }).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "not_found") notFound();
    throw error;
  });
  const state = stateOf(directory);
  const mayChange = may(ctx, "settings", "update", { workspaceId: null });
  const grantable = mayChange ? await listGrantable(ctx, "update_role") : [];
  return (
    <>
      <PageHeader
        title={directory.name}
        description={kindNames[directory.kind]}
        breadcrumbs={[{ href: "/settings/directory", label: "Directory" }]}
        meta={<Badge tone={state.tone}>{state.label}</Badge>}
        actions={mayChange ? <Disconnect directory={directory} /> : null}
      />
      <div className="grid gap-4">
        {directory.source ? (
          <SyncCard directory={directory} source={directory.source} mayChange={mayChange} />
        ) : (
          <Card title="Sync">
            <SyncState directory={directory} />
          </Card>
        )}
        {directory.conflicts > 0 ? <ConflictList key={given("after") + given("before")} page={directory.conflictPage} total={directory.conflicts} mayChange={mayChange} /> : null}
        <GroupList groups={directory.groupRows} total={directory.groups} search={search} roles={grantable.filter(({ timeLimited }) => !timeLimited)} mayChange={mayChange} />
        <ConnectionCard directory={directory} mayChange={mayChange} />
        {mayChange && directory.source ? <ScheduleForm id={directory.id} source={directory.source} /> : null}
        {mayChange ? <SettingsForm directory={directory} /> : null}
      </div>
    </>
  );
}

function Disconnect({ directory }: { directory: DirectoryDetails }) {
  return (
    <ActionButton
      action={disconnectDirectoryAction}
      input={{ id: directory.id }}
      success={`${directory.name} is disconnected.`}
      redirectTo="/settings/directory"
      icon="ban"
      confirm={{
        title: `Disconnect ${directory.name}?`,
        consequence: `${directory.source ? "Its password is forgotten" : "Its token is refused"} at once, and every role that its groups gave ends. The people stay, with the roles that were given by hand; whoever leaves the company from then on must be removed by hand.`,
        confirmLabel: "Disconnect",
        typed: directory.name,
      }}
    >
      Disconnect
    </ActionButton>
  );
}
