import type { Metadata } from "next";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";
import { ExactTime } from "@/components/ui/exact-time";
import { KeyValue } from "@/components/ui/key-value";
import { Money } from "@/components/ui/money";
import { Stat, StatRow } from "@/components/ui/stat";
import { may } from "@/lib/ability/authorize";
import { agentChoices } from "@/lib/agents/choices";
import type { AgentView } from "@/lib/agents/load";
import { requireSession } from "@/lib/ctx/session";
import { AgentForm } from "../agent-form";
import { FamilyCard } from "./family-card";
import { agentOfPage } from "./load";
import { RecentActions } from "./recent-actions";
import { RecentRuns } from "./recent-runs";
import { WaitingTasks } from "./waiting-tasks";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await agentOfPage((await params).id)).name };
}

export default async function AgentPage({ params }: Props) {
  const [ctx, agent] = [await requireSession(), await agentOfPage((await params).id)];
  return (
    <div className="grid gap-4">
      <StatRow>
        <Stat label="Spent, last 24 hours" value={<Money micros={agent.spend.dayMicros} currency={agent.currency} />} />
        <Stat label="Spent, last 30 days" value={<Money micros={agent.spend.monthMicros} currency={agent.currency} />} />
        <Stat label="Tasks under way" value={`${agent.tasks.running} of ${agent.tasks.limit}`} detail={agent.tasks.waiting > 0 ? (agent.tasks.waiting === 1 ? "1 waits for its turn" : `${agent.tasks.waiting} wait for their turn`) : undefined} />
        <Stat label="Keys in force" value={agent.keys} {...(agent.can.viewKeys ? { href: `/agents/${agent.id}/keys` } : {})} />
        <Stat label="Policy in force" value={`Version ${agent.policyVersion}`} {...(agent.can.viewPolicy ? { href: `/agents/${agent.id}/policy` } : {})} />
      </StatRow>
      {agent.can.viewActions ? <WaitingTasks agentId={agent.id} tasks={agent.tasks} /> : null}
      <Card title="Who answers for it" actions={agent.can.update ? <EditAgent agent={agent} /> : undefined}>
        <KeyValue columns={2} items={factsOf(agent)} />
      </Card>
      <FamilyCard agentId={agent.id} currency={agent.currency} viewApprovals={may(ctx, "approvals", "view", { workspaceId: agent.workspace.id })} />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        {agent.can.viewActions ? <RecentActions agentId={agent.id} currency={agent.currency} /> : null}
        {agent.can.viewRuns ? <RecentRuns agentId={agent.id} /> : null}
      </div>
    </div>
  );
}

function factsOf(agent: AgentView) {
  const { manager } = agent;
  return [
    { term: "Owner", detail: `${agent.owner.name} (${agent.owner.email})` },
    {
      term: "Managed by",
      detail: manager ? manager.kind === "agent" ? <Link href={`/agents/${manager.id}`} className="text-accent hover:underline">{manager.name}</Link> : manager.name : "Nobody",
    },
    { term: "Workspace", detail: agent.workspace.name },
    { term: "Template", detail: agent.template ? <Link href={`/policies/templates/${agent.template.id}`} className="text-accent hover:underline">{agent.template.name}</Link> : "None" },
    { term: "Project", detail: agent.project.name },
    { term: "Manages", detail: agent.manages === 1 ? "1 agent" : `${agent.manages} agents` },
    { term: "Created", detail: <ExactTime at={agent.createdAt} /> },
    ...(agent.description ? [{ term: "What it is for", detail: <span className="whitespace-pre-line">{agent.description}</span> }] : []),
  ];
}

async function EditAgent({ agent }: { agent: AgentView }) {
  const ctx = await requireSession();
  const choices = await agentChoices(ctx, { for: "update" });
  const known = {
    id: agent.id,
    name: agent.name,
    description: agent.description,
    kind: agent.kind,
    workspaceId: agent.workspace.id,
    projectId: agent.project.id,
    ownerId: agent.owner.id,
    managerPersonId: agent.manager?.kind === "person" ? agent.manager.id : null,
    managerAgentId: agent.manager?.kind === "agent" ? agent.manager.id : null,
  };
  return (
    <Dialog trigger={<Button size="sm" icon="pencil">Edit</Button>} title={`Edit ${agent.name}`} size="lg">
      <AgentForm choices={choices} agent={known} />
    </Dialog>
  );
}
