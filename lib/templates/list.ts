import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { agent } from "@/db/schema/agent";
import { agentTemplate } from "@/db/schema/agent-template";
import { governanceHead } from "@/db/schema/governance";
import { workspace } from "@/db/schema/organization";
import type { Ctx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { visibleTemplates } from "./require";

export type TemplateRow = {
  id: string;
  name: string;
  description: string;
  /** Null: for agents of every workspace. */
  workspace: { id: string; name: string } | null;
  archivedAt: Date | null;
  /** How many agents that are not retired have it. */
  agents: number;
  /** The version of its grid; 0: it says nothing yet. */
  gridVersion: number;
};

const mostTemplates = 500;

/** The templates whose policies the caller may see, by name; archived ones only when asked for. */
export async function listTemplates(ctx: Ctx, input: { archived?: boolean } = {}): Promise<TemplateRow[]> {
  return read(ctx, async (tx) => {
    const agents = sql<number>`(select count(*)::int from ${agent} where ${agent.organizationId} = ${agentTemplate.organizationId}
      and ${agent.templateId} = ${agentTemplate.id} and ${agent.status} <> 'retired')`;
    const rows = await tx
      .select({ template: agentTemplate, workspace: workspace.name, agents, gridVersion: governanceHead.version })
      .from(agentTemplate)
      .leftJoin(workspace, eq(workspace.id, agentTemplate.workspaceId))
      .leftJoin(governanceHead, and(eq(governanceHead.scopeId, agentTemplate.id), eq(governanceHead.kind, "capabilities")))
      .where(and(visibleTemplates(tx, ctx), input.archived ? undefined : isNull(agentTemplate.archivedAt)))
      .orderBy(asc(agentTemplate.name), asc(agentTemplate.id))
      .limit(mostTemplates);
    return rows.map(({ template: { id, name, description, workspaceId, archivedAt }, ...row }) => ({
      id,
      name,
      description,
      archivedAt,
      workspace: workspaceId ? { id: workspaceId, name: row.workspace ?? "Unknown" } : null,
      agents: row.agents,
      gridVersion: row.gridVersion ?? 0,
    }));
  });
}
