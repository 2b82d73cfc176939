import { and, asc, count, eq, inArray, ne } from "drizzle-orm";
import { agent } from "@/db/schema/agent";
import { networkRule } from "@/db/schema/network";
import { project, workspace } from "@/db/schema/organization";
import { may } from "@/lib/ability/authorize";
import { whereAllowed } from "@/lib/ability/where";
import type { Ctx } from "@/lib/ctx/ctx";
import { noRule } from "@/lib/network/rule";
import { ruleWords } from "@/lib/network/words";
import { read } from "@/lib/transact";

export type ProjectRow = { id: string; name: string; slug: string; agents: number; archivedAt: Date | null };
export type WorkspaceRow = {
  id: string;
  name: string;
  slug: string;
  createdAt: Date;
  archivedAt: Date | null;
  agents: number;
  projects: ProjectRow[];
  /** What the reader may do with it. */
  can: { update: boolean; archive: boolean; createAgents: boolean; network: boolean };
  /** From where may be worked in it, in words. */
  network: string;
};

const maxWorkspaces = 500;
const maxProjects = 5000;

/** The workspaces that the caller may read with their projects, by name; the archived ones only when asked for. */
export async function listWorkspaces(ctx: Ctx, options: { archived?: boolean } = {}): Promise<WorkspaceRow[]> {
  return read(ctx, async (tx) => {
    const rows = await tx
      .select()
      .from(workspace)
      .where(whereAllowed(tx, ctx, "workspaces", "read", { workspaceId: workspace.id }))
      .orderBy(asc(workspace.name), asc(workspace.id))
      .limit(maxWorkspaces);
    const rules = new Map((await tx.select().from(networkRule).where(eq(networkRule.scope, "workspace"))).map((rule) => [rule.scopeId, rule]));
    const shown = rows.filter((row) => options.archived || !row.archivedAt);
    if (shown.length === 0) return [];
    const ids = shown.map((row) => row.id);
    const projects = await tx
      .select({
        id: project.id,
        workspaceId: project.workspaceId,
        name: project.name,
        slug: project.slug,
        archivedAt: project.archivedAt,
        agents: count(agent.id),
      })
      .from(project)
      .leftJoin(agent, and(eq(agent.projectId, project.id), ne(agent.status, "retired")))
      .where(inArray(project.workspaceId, ids))
      .groupBy(project.id)
      .orderBy(asc(project.name), asc(project.id))
      .limit(maxProjects);
    return shown.map((row) => {
      const own = projects.filter((item) => item.workspaceId === row.id && (options.archived || !item.archivedAt));
      return {
        id: row.id,
        name: row.name,
        slug: row.slug,
        createdAt: row.createdAt,
        archivedAt: row.archivedAt,
        agents: own.reduce((sum, item) => sum + item.agents, 0),
        network: ruleWords(rules.get(row.id) ?? noRule),
        projects: own.map(({ workspaceId: _workspaceId, ...item }) => item),
        can: {
          update: !row.archivedAt && may(ctx, "workspaces", "update", { workspaceId: row.id }),
          archive: !row.archivedAt && may(ctx, "workspaces", "delete", { workspaceId: row.id }),
          network: may(ctx, "settings", "read", { workspaceId: row.id }),
          createAgents: !row.archivedAt && may(ctx, "agents", "create", { workspaceId: row.id }),
        },
      };
    });
  });
}
