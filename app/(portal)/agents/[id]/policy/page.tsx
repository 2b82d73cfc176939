import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { Callout } from "@/components/ui/callout";
import { requireSession } from "@/lib/ctx/session";
import { loadPolicy } from "@/lib/policies/load";
import { agentOfPage } from "../load";
import { AgentTemplate } from "./agent-template";
import { PolicyEditor } from "./policy-editor";
import { PolicyHistory } from "./policy-history";

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ before?: string | string[] }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Policy of ${(await agentOfPage((await params).id)).name}` };
}

export default async function AgentPolicyPage({ params, searchParams }: Props) {
  const [ctx, agent] = [await requireSession(), await agentOfPage((await params).id)];
  if (!agent.can.viewPolicy) notFound();
  const before = Number((await searchParams).before);
  const view = await loadPolicy(ctx, { agentId: agent.id, ...(Number.isSafeInteger(before) && before > 0 ? { before } : {}) });
  const { version, note: _note, createdAt: _createdAt, createdBy: _createdBy, ...policy } = view.current;
  return (
    <div className="grid min-w-0 gap-4">
      {view.mayUpdate ? null : (
        <Callout tone="info">
          {agent.status === "retired" ? "This agent is retired; its policy no longer changes." : "You may read this policy. Changing it needs the permission policies.update in this workspace."}
        </Callout>
      )}
      <p>
        <Link href={`/policies/compiled?agent=${agent.id}`} className="inline-flex min-h-6 items-center text-accent hover:underline">
          Everything that this agent is judged by, as Cedar
        </Link>
      </p>
      <AgentTemplate agent={agent} mayUpdate={view.mayUpdate} />
      {/* A new version makes a new editor, so that nothing of the old one is left in it. */}
      <PolicyEditor key={version} agentId={agent.id} version={version} policy={policy} above={view.above} currency={view.currency} mayUpdate={view.mayUpdate} />
      <PolicyHistory agentId={agent.id} view={view} />
    </div>
  );
}
