import { and, eq, ilike, inArray, or, sql, type SQL } from "drizzle-orm";
import { action } from "@/db/schema/action";
import { agent, agentKinds, agentStatuses } from "@/db/schema/agent";
import { project, workspace } from "@/db/schema/organization";
import { person } from "@/db/schema/people";
import { whereAllowed } from "@/lib/ability/where";
import type { Ctx } from "@/lib/ctx/ctx";
import { keysetPage, type Page, type PageRequest } from "@/lib/keyset";
import { read } from "@/lib/transact";
import type { AgentStatus } from "./lifecycle";

export type AgentRow = {
  id: string;
  name: string;
  kind: string;
  status: AgentStatus;
  workspace: string;
  project: string;
  owner: string;
  policyVersion: number;
  createdAt: Date;
  lastActionAt: Date | null;
};

export type AgentFilter = PageRequest & {
  q?: string;
  statuses?: readonly string[];
  kinds?: readonly string[];
  workspaceIds?: readonly string[];
  sort?: { column: "name" | "createdAt"; direction: "asc" | "desc" };
};

/** Agents that the caller may read. Unknown filter values match nothing. */
export async function listAgents(ctx: Ctx, filter: AgentFilter = {}): Promise<Page<AgentRow>> {
  const sort = filter.sort ?? { column: "name", direction: "asc" };
  return read(ctx, async (tx) => {
    const allowed = whereAllowed(tx, ctx, "agents", "read", { workspaceId: agent.workspaceId, agentId: agent.id });
    // Served by action_agent_recent: one index look-up a row.
    const lastAction = sql<string | null>`(select max(${action.createdAt}) from ${action}
      where ${action.organizationId} = ${agent.organizationId} and ${action.agentId} = ${agent.id})`;
    const page = await keysetPage(
      { column: agent[sort.column], id: agent.id, direction: sort.direction },
      filter,
      ({ where, orderBy, limit }) =>
        tx
          .select({
            id: agent.id,
            name: agent.name,
            kind: agent.kind,
            status: agent.status,
            workspace: workspace.name,
            project: project.name,
            owner: person.name,
            policyVersion: agent.policyVersion,
            createdAt: agent.createdAt,
            lastActionAt: lastAction,
          })
          .from(agent)
          .innerJoin(workspace, eq(workspace.id, agent.workspaceId))
          .innerJoin(project, eq(project.id, agent.projectId))
          .innerJoin(person, eq(person.id, agent.ownerId))
          .where(
            and(
              allowed,
              where,
              oneOf(filter.statuses, (values) => inArray(agent.status, agentStatuses.filter((known) => values.includes(known)))),
              oneOf(filter.kinds, (values) => inArray(agent.kind, agentKinds.filter((known) => values.includes(known)))),
              oneOf(filter.workspaceIds, (values) => inArray(sql`${agent.workspaceId}::text`, [...values])),
              matching(filter.q),
            ),
          )
          .orderBy(...orderBy)
          .limit(limit),
      (row) => ({ value: row[sort.column], id: row.id }),
    );
    return { ...page, rows: page.rows.map((row) => ({ ...row, lastActionAt: row.lastActionAt ? new Date(row.lastActionAt) : null })) };
  });
}

function oneOf(values: readonly string[] | undefined, condition: (values: readonly string[]) => SQL): SQL | undefined {
  return values && values.length > 0 ? condition(values) : undefined;
}

function matching(q: string | undefined): SQL | undefined {
  const text = q?.trim();
  if (!text) return undefined;
  const pattern = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
  return or(ilike(agent.name, pattern), ilike(agent.description, pattern), ilike(person.name, pattern), ilike(project.name, pattern));
}
