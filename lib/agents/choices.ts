import { and, asc, eq, inArray, isNull, ne } from "drizzle-orm";
import { agent } from "@/db/schema/agent";
import { agentTemplate } from "@/db/schema/agent-template";
import { project, workspace } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import { whereAllowed } from "@/lib/ability/where";
import type { Ctx } from "@/lib/ctx/ctx";
import { visibleTemplates } from "@/lib/templates/require";
import { read } from "@/lib/transact";
import { answerable } from "./answerable";

export type AgentChoices = {
  /** Workspaces in which the caller may do this, each with its open projects. */
  workspaces: { id: string; name: string; projects: { id: string; name: string }[] }[];
  people: { id: string; name: string; email: string }[];
  agents: { id: string; name: string }[];
  /** Those in use; `workspaceId` null: for agents of every workspace. */
  templates: { id: string; name: string; workspaceId: string | null }[];
};

const most = 500;

/** What the form of a new or changed agent offers; `for` names the right that the form needs. */
export async function agentChoices(ctx: Ctx, input: { for: "create" | "update" }): Promise<AgentChoices> {
  return read(ctx, async (tx) => {
    const allowed = whereAllowed(tx, ctx, "agents", input.for, { workspaceId: workspace.id });
    const rows = await tx
      .select({ id: workspace.id, name: workspace.name, projectId: project.id, project: project.name })
      .from(workspace)
      .innerJoin(project, and(eq(project.workspaceId, workspace.id), isNull(project.archivedAt)))
      .where(and(allowed, isNull(workspace.archivedAt)))
      .orderBy(asc(workspace.name), asc(project.name))
      .limit(most * 4);
    if (rows.length === 0) return { workspaces: [], people: [], agents: [], templates: [] };
    const workspaces = new Map<string, AgentChoices["workspaces"][number]>();
    for (const row of rows) {
      const entry = workspaces.get(row.id) ?? { id: row.id, name: row.name, projects: [] };
      entry.projects.push({ id: row.projectId, name: row.project });
      workspaces.set(row.id, entry);
    }
    const people = await tx
      .select({ id: person.id, name: person.name, email: person.email })
      .from(person)
      .where(and(inArray(person.status, ["active", "invited"]), answerable(tx, ctx, input.for)))
      .orderBy(asc(person.name))
      .limit(most);
    const agents = await tx
      .select({ id: agent.id, name: agent.name })
      .from(agent)
      .where(and(whereAllowed(tx, ctx, "agents", "read", { workspaceId: agent.workspaceId, agentId: agent.id }), ne(agent.status, "retired")))
      .orderBy(asc(agent.name))
      .limit(most);
    const templates = await tx
      .select({ id: agentTemplate.id, name: agentTemplate.name, workspaceId: agentTemplate.workspaceId })
      .from(agentTemplate)
      .where(and(visibleTemplates(tx, ctx), isNull(agentTemplate.archivedAt)))
      .orderBy(asc(agentTemplate.name))
      .limit(most);
    return { workspaces: [...workspaces.values()], people, agents, templates };
  });
}
