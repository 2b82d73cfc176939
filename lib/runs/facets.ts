import { and, asc, desc, eq, exists, isNull, sql } from "drizzle-orm";
import { agent } from "@/db/schema/agent";
import { workspace } from "@/db/schema/organization";
import { run } from "@/db/schema/run";
import { whereAllowed } from "@/lib/ability/where";
import type { Ctx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";

const most = 200;

export type RunFacets = { agents: { value: string; label: string }[]; workspaces: { value: string; label: string }[] };

/** What the list of runs can be narrowed to: agents that had runs and workspaces, as far as the caller may see their runs. */
export async function runFacets(ctx: Ctx): Promise<RunFacets> {
  return read(ctx, async (tx) => {
    // Served by run_agent: one look-up an agent.
    const hasRuns = exists(tx.select({ one: sql`1` }).from(run).where(and(eq(run.organizationId, agent.organizationId), eq(run.agentId, agent.id))));
    const agents = await tx
      .select({ value: agent.id, label: agent.name })
      .from(agent)
      .where(and(whereAllowed(tx, ctx, "runs", "view", { workspaceId: agent.workspaceId, agentId: agent.id }), hasRuns))
      .orderBy(asc(agent.name))
      .limit(most);
    const workspaces = await tx
      .select({ value: workspace.id, label: workspace.name })
      .from(workspace)
      .where(and(whereAllowed(tx, ctx, "runs", "view", { workspaceId: workspace.id }), isNull(workspace.archivedAt)))
      .orderBy(asc(workspace.name), desc(workspace.id))
      .limit(most);
    return { agents, workspaces };
  });
}
