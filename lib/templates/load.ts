import { and, asc, count, eq, ne } from "drizzle-orm";
import { agent } from "@/db/schema/agent";
import { workspace } from "@/db/schema/organization";
import { may } from "@/lib/ability/authorize";
import { whereAllowed } from "@/lib/ability/where";
import type { Ctx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { loadWorkspace } from "@/lib/workspaces/load";
import { requireVisibleTemplate } from "./require";

export type TemplateView = {
  id: string;
  name: string;
  description: string;
  workspace: { id: string; name: string } | null;
  createdAt: Date;
  archivedAt: Date | null;
  /** Agents that have it, retired ones left out: those that the caller may see, and how many there are. */
  agents: { id: string; name: string; status: string; workspace: string }[];
  agentCount: number;
  /** It is in use, and the caller may rename and archive it. */
  mayChange: boolean;
};

const mostShown = 100;

/** One template with the agents that have it. @throws AppError `not_found`. */
export async function loadTemplate(ctx: Ctx, input: { id: string }): Promise<TemplateView> {
  return read(ctx, async (tx) => {
    const found = await requireVisibleTemplate(tx, ctx, input.id);
    const using = and(eq(agent.templateId, found.id), ne(agent.status, "retired"));
    const agents = await tx
      .select({ id: agent.id, name: agent.name, status: agent.status, workspace: workspace.name })
      .from(agent)
      .innerJoin(workspace, eq(workspace.id, agent.workspaceId))
      .where(and(using, whereAllowed(tx, ctx, "agents", "read", { workspaceId: agent.workspaceId, agentId: agent.id })))
      .orderBy(asc(agent.name), asc(agent.id))
      .limit(mostShown);
    const [all] = await tx.select({ n: count() }).from(agent).where(using);
    const home = found.workspaceId ? await loadWorkspace(tx, found.workspaceId) : null;
    return {
      id: found.id,
      name: found.name,
      description: found.description,
      workspace: home && { id: home.id, name: home.name },
      createdAt: found.createdAt,
      archivedAt: found.archivedAt,
      agents,
      agentCount: all?.n ?? 0,
      mayChange: found.archivedAt === null && may(ctx, "policies", "update", { workspaceId: found.workspaceId }),
    };
  });
}
