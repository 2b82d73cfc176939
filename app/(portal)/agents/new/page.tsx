import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ButtonLink } from "@/components/ui/button-link";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { may } from "@/lib/ability/authorize";
import { agentChoices } from "@/lib/agents/choices";
import { requireSession } from "@/lib/ctx/session";
import { AgentForm } from "../agent-form";

export const metadata: Metadata = { title: "New agent" };

export default async function NewAgentPage() {
  const ctx = await requireSession();
  if (!may(ctx, "agents", "create")) notFound();
  const choices = await agentChoices(ctx, { for: "create" });
  return (
    <div className="max-w-3xl">
      <PageHeader
        title="New agent"
        description="It begins as a draft: set its policy, make a key, then activate it."
        breadcrumbs={[{ href: "/agents", label: "Agents" }]}
      />
      <Card>
        {choices.workspaces.length === 0 ? (
          <EmptyState icon="layers" title="No project to put it in" action={<ButtonLink href="/settings/workspaces">Workspaces</ButtonLink>}>
            An agent belongs to a project, where its costs are booked. Make a workspace with a project first.
          </EmptyState>
        ) : (
          <AgentForm choices={choices} selfId={ctx.actor.id} />
        )}
      </Card>
    </div>
  );
}
