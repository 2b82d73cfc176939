import type { ReactNode } from "react";
import { CopyableId } from "@/components/ui/copyable-id";
import { PageHeader } from "@/components/ui/page-header";
import { StatusBadge } from "@/components/ui/status-badge";
import { Tabs } from "@/components/ui/tabs";
import { requireSession } from "@/lib/ctx/session";
import { mayLock } from "@/lib/locks/authorize-lock";
import { LockButton } from "../../settings/locks/lock-button";
import { LockCallouts } from "../../settings/locks/lock-callouts";
import { agentKindLabel } from "../labels";
import { agentOfPage } from "./load";
import { StatusActions } from "./status-actions";

export default async function AgentLayout({ children, params }: { children: ReactNode; params: Promise<{ id: string }> }) {
  const agent = await agentOfPage((await params).id);
  const ctx = await requireSession();
  const base = `/agents/${agent.id}`;
  return (
    <>
      <PageHeader
        title={agent.name}
        breadcrumbs={[{ href: "/agents", label: "Agents" }]}
        meta={
          <>
            <StatusBadge status={agent.status} />
            <span className="text-muted">{agentKindLabel(agent.kind)}</span>
            <CopyableId id={agent.id} />
          </>
        }
        actions={
          <>
            <StatusActions agent={{ id: agent.id, name: agent.name, keys: agent.keys }} next={agent.can.next} />
            {agent.status !== "retired" && mayLock(ctx, { workspaceId: agent.workspace.id }) ? <LockButton kind="agent" target={agent.id} /> : null}
          </>
        }
      />
      <LockCallouts ctx={ctx} of={[{ kind: "agent", target: agent.id }, { kind: "workspace", target: agent.workspace.id }]} />
      <Tabs
        label="About this agent"
        items={[
          { href: base, label: "Overview" },
          ...(agent.can.viewPolicy ? [{ href: `${base}/policy`, label: "Policy" }] : []),
          ...(agent.can.viewKeys ? [{ href: `${base}/keys`, label: "API keys", count: agent.keys.toLocaleString("en-US") }] : []),
          ...(agent.can.viewActions ? [{ href: `${base}/actions`, label: "Actions" }, { href: `${base}/activity`, label: "Activity" }] : []),
        ]}
      />
      {children}
    </>
  );
}
