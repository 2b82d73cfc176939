import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { z } from "zod";
import { scopeAddress } from "@/components/governance/scope";
import { Badge } from "@/components/ui/badge";
import { Callout } from "@/components/ui/callout";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { HostileText } from "@/components/ui/hostile-text";
import { listAgents } from "@/lib/agents/list";
import { requireSession } from "@/lib/ctx/session";
import { orNull } from "@/lib/errors";
import { type CompiledPart, compiledPolicies } from "@/lib/policy-preview/compiled";
import type { PageQuery } from "../document";
import { sections } from "../sections";
import { AgentPicker } from "./agent-picker";
import { RolesCard } from "./roles-card";

export const metadata: Metadata = { title: "Compiled policies" };

export default async function CompiledPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const ctx = await requireSession();
  const asked = (await searchParams).agent;
  const agentId = z.uuid().safeParse(asked).data;
  if (asked !== undefined && !agentId) notFound();
  const [{ rows }, view] = await Promise.all([listAgents(ctx, { size: 100 }), agentId ? compiledPolicies(ctx, { agentId }).catch(orNull("not_found", "forbidden")) : null]);
  if (agentId && !view) notFound();
  const agents = rows.map(({ id, name }) => ({ id, name }));
  if (view && !agents.some(({ id }) => id === view.agent.id)) agents.push({ id: view.agent.id, name: view.agent.name });
  return (
    <div className="grid min-w-0 gap-4">
      <AgentPicker agents={agents} chosen={view?.agent.id ?? null} />
      {view ? (
        <>
          <Callout tone="info">
            All of this is asked together for everything that {view.agent.name} does, at level {view.agent.level}. What nothing permits is denied, and one forbid wins over every permit; what is forbidden unless approved asks a person.
          </Callout>
          {view.parts.map((part) => (
            <Part key={`${part.kind} ${part.scopeId}`} part={part} />
          ))}
          <RolesCard people={view.people} agentName={view.agent.name} />
        </>
      ) : (
        <Card>
          <EmptyState icon="code" title="What is really asked">
            Grids, levels and texts of every level become one set of Cedar policies. Choose an agent to read the set that it is judged by.
          </EmptyState>
        </Card>
      )}
    </div>
  );
}

const levels = { organization: "Organization", workspace: "Workspace", template: "Template", agent: "Agent" } as const;

function Part({ part }: { part: CompiledPart }) {
  const { kind, scopeType, name, version, policies, text } = part;
  const what = { levels: "Sandbox levels", capabilities: "Capability grid", cedar: "Text" }[kind];
  const source = sourceOf(part);
  return (
    <Card
      title={
        <span className="inline-flex flex-wrap items-center gap-2">
          {what} {kind === "levels" ? null : <Badge>{levels[scopeType]}</Badge>}
        </span>
      }
      description={kind === "levels" ? "The portal's own, the same for every agent; which of them counts is told by the agent's level." : `${name}, ${version === 0 ? "nothing published" : `version ${version}`}${kind === "capabilities" && policies > 0 ? `: ${policies} policies` : ""}`}
      actions={
        source ? (
          <Link href={source} className="inline-flex min-h-6 items-center text-accent hover:underline">
            Where it is written
          </Link>
        ) : undefined
      }
    >
      {text === null ? (
        <Callout tone="danger" title="This cannot be read">
          So nothing that the agent asks for is allowed. Publish it anew.
        </Callout>
      ) : text === "" ? (
        <p className="text-muted">It says nothing.</p>
      ) : (
        <HostileText text={text} mono lines={24} />
      )}
    </Card>
  );
}

function sourceOf({ kind, scopeType, scopeId }: CompiledPart): string | null {
  if (kind === "levels") return null;
  if (scopeType === "agent") return `/agents/${scopeId}/policy`;
  const page = kind === "cedar" ? "/policies/cedar" : scopeType === "template" ? "/policies/templates" : "/policies/capabilities";
  if (!sections.some(({ href }) => href === page)) return null;
  return scopeType === "template" ? `${page}/${scopeId}` : scopeAddress(page, { scopeType, scopeId });
}
