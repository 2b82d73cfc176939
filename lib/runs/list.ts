import { and, eq, gte, inArray, lt, type SQL } from "drizzle-orm";
import { action } from "@/db/schema/action";
import { agent } from "@/db/schema/agent";
import { organization, project, workspace } from "@/db/schema/organization";
import { run, runStatuses, type RunStatus } from "@/db/schema/run";
import type { Tx } from "@/db/tenant";
import { whereAllowed } from "@/lib/ability/where";
import type { Ctx } from "@/lib/ctx/ctx";
import { keysetPage, type Page, type PageRequest } from "@/lib/keyset";
import { read } from "@/lib/transact";

export { runStatuses, type RunStatus };

/** Each empty or missing filter lets everything through; a value that is unknown matches nothing. */
export type RunFilter = {
  statuses?: readonly string[];
  agentIds?: readonly string[];
  workspaceIds?: readonly string[];
  /** Created from (inclusive) … to (exclusive). */
  from?: Date;
  to?: Date;
  /** By time of creation; the newest first unless told. */
  direction?: "asc" | "desc";
};

export type RunRow = Awaited<ReturnType<typeof select>>[number];

/** Runs that the caller may see, by keyset pages; an agent sees its own. */
export async function listRuns(ctx: Ctx, filter: RunFilter = {}, page: PageRequest = {}): Promise<Page<RunRow>> {
  return read(ctx, async (tx) => {
    const allowed = whereAllowed(tx, ctx, "runs", "view", { workspaceId: run.workspaceId, agentId: run.agentId });
    return keysetPage(
      { column: run.createdAt, id: run.id, direction: filter.direction ?? "desc" },
      page,
      ({ where, orderBy, limit }) => select(tx, and(allowed, where, matching(filter)), orderBy, limit),
      (row) => ({ value: row.createdAt, id: row.id }),
    );
  });
}

/** Ended without having done what was asked, and not because somebody withdrew it. */
export const troubled = ["failed", "timed_out", "out_of_memory", "output_limit", "disk_limit", "refused", "lost"] as const satisfies readonly RunStatus[];

function select(tx: Tx, where: SQL | undefined, orderBy: SQL[], limit: number) {
  return tx
    .select({
      id: run.id,
      status: run.status,
      reason: run.reason,
      language: run.language,
      tool: action.tool,
      actionId: run.actionId,
      actionStatus: action.status,
      agentId: run.agentId,
      agentName: agent.name,
      workspaceId: run.workspaceId,
      workspaceName: workspace.name,
      projectName: project.name,
      exitCode: run.exitCode,
      wallTimeMs: run.wallTimeMs,
      costMicros: run.costMicros,
      currency: organization.currency,
      createdAt: run.createdAt,
      startedAt: run.startedAt,
      finishedAt: run.finishedAt,
      killRequestedAt: run.killRequestedAt,
    })
    .from(run)
    .innerJoin(action, eq(action.id, run.actionId))
    .innerJoin(agent, eq(agent.id, run.agentId))
    .innerJoin(workspace, eq(workspace.id, run.workspaceId))
    .innerJoin(project, eq(project.id, run.projectId))
    .innerJoin(organization, eq(organization.id, run.organizationId))
    .where(where)
    .orderBy(...orderBy)
    .limit(limit);
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function matching(filter: RunFilter): SQL | undefined {
  const some = (values: readonly string[] | undefined) => (values && values.length > 0 ? values : null);
  const statuses = some(filter.statuses);
  const agentIds = some(filter.agentIds);
  const workspaceIds = some(filter.workspaceIds);
  return and(
    statuses ? inArray(run.status, runStatuses.filter((known) => statuses.includes(known))) : undefined,
    agentIds ? inArray(run.agentId, agentIds.filter((id) => uuid.test(id))) : undefined,
    workspaceIds ? inArray(run.workspaceId, workspaceIds.filter((id) => uuid.test(id))) : undefined,
    filter.from ? gte(run.createdAt, filter.from) : undefined,
    filter.to ? lt(run.createdAt, filter.to) : undefined,
  );
}
