import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { listChannels } from "@/lib/chat/list";
import { requireSession } from "@/lib/ctx/session";
import { listWorkspaces } from "@/lib/workspaces/list";
import { AddChannel } from "./add-channel";
import { ChannelCard } from "./channel-card";

export const metadata: Metadata = { title: "Notices in chat" };

export default async function ChatNoticesPage() {
  const ctx = await requireSession();
  if (!may(ctx, "settings", "read", { workspaceId: null })) notFound();
  const mayChange = may(ctx, "settings", "update", { workspaceId: null });
  const [channels, workspaces] = await Promise.all([listChannels(ctx), mayChange ? listWorkspaces(ctx, { archived: false }) : []]);
  return (
    <>
      <PageHeader
        title="Notices in chat"
        description="Where people are told besides the portal and their mail, within about a minute. Messages link to the portal; where you allow it, small requests can be decided in the chat."
        actions={mayChange ? <AddChannel workspaces={workspaces.map(({ id, name }) => ({ id, name }))} /> : null}
      />
      {channels.length === 0 ? (
        <EmptyState icon="send" title="No channel yet">
          New requests, escalations, broken glass and thresholds of budgets can be posted to Slack, to Microsoft Teams, or to any server of yours as signed JSON.
        </EmptyState>
      ) : (
        <div className="grid gap-4">
          {channels.map((channel) => (
            <ChannelCard key={channel.id} channel={channel} mayChange={mayChange} />
          ))}
        </div>
      )}
    </>
  );
}
