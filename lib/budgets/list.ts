import { and, desc, eq, inArray, isNull } from "drizzle-orm";
import { agent } from "@/db/schema/agent";
import { budget } from "@/db/schema/budget";
import { organization, project, workspace } from "@/db/schema/organization";
import type { Tx } from "@/db/tenant";
import { authorizeAnywhere } from "@/lib/ability/authorize";
import { whereAllowed } from "@/lib/ability/where";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { scopeNames, type BudgetScope } from "./scope-names";
import { leftMicros, openWindows } from "./window";

const atMost = 500;

export type ListedBudget = {
  id: string;
  scopeType: BudgetScope;
  scopeName: string;
  /** Where it stands below, from the organization's budgets down; names of what is above it. */
  depth: number;
  above: string[];
  period: (typeof budget.$inferSelect)["period"];
  timeZone: string;
  hard: boolean;
  thresholds: number[];
  /** As set, without raises. */
  capMicros: number;
  raisedMicros: number;
  spentMicros: number;
  reservedMicros: number;
  leftMicros: number;
  resetsAt: Date;
};

export type BudgetList = { currency: string; sandboxSecondMicros: number; budgets: ListedBudget[]; more: boolean };

/** The budgets that the caller may see with their windows as they run now, as a tree: organization, workspace, project, agent. */
export async function listBudgets(ctx: PersonCtx): Promise<BudgetList> {
  return read(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "budgets", "view");
    const rows = await tx
      .select()
      .from(budget)
      .where(and(isNull(budget.archivedAt), whereAllowed(tx, ctx, "budgets", "view", { workspaceId: budget.workspaceId })))
      .orderBy(desc(budget.createdAt), desc(budget.id))
      .limit(atMost + 1);
    const shown = rows.slice(0, atMost);
    const windows = new Map((await openWindows(tx, shown.map((row) => row.scopeId), false)).map((window) => [window.budgetId, window]));
    const names = await scopeNames(tx, shown);
    const parents = await loadParents(tx, shown);
    const budgets = shown.flatMap((row): (ListedBudget & { path: string })[] => {
      const window = windows.get(row.id);
      if (!window) return [];
      const above = parents.get(row.scopeId) ?? [];
      const scopeName = names.get(row.scopeId) ?? row.scopeType;
      return [
        {
          id: row.id, scopeType: row.scopeType, scopeName, depth: row.scopeType === "organization" ? 0 : above.length + 1, above, period: row.period,
          timeZone: row.timeZone, hard: row.hard, thresholds: row.thresholds, capMicros: row.capMicros, raisedMicros: window.raisedMicros,
          spentMicros: window.spentMicros, reservedMicros: window.reservedMicros,
          leftMicros: leftMicros(window), resetsAt: window.endsAt,
          path: row.scopeType === "organization" ? "" : [...above, scopeName].map((name) => `\u0001${name.toLowerCase()}`).join(""),
        },
      ];
    });
    // A parent's path is the beginning of its children's, so sorting by path makes the tree.
    budgets.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.resetsAt.getTime() - b.resetsAt.getTime()));
    const [org] = await tx.select({ currency: organization.currency, sandboxSecondMicros: organization.sandboxSecondMicros }).from(organization);
    return {
      currency: org?.currency ?? "USD",
      sandboxSecondMicros: org?.sandboxSecondMicros ?? 0,
      budgets: budgets.map(({ path: _sorted, ...rest }) => rest),
      more: rows.length > atMost,
    };
  });
}

/** Names above each project and agent, the workspace first. */
async function loadParents(tx: Tx, rows: readonly { scopeType: BudgetScope; scopeId: string }[]): Promise<Map<string, string[]>> {
  const idsOf = (type: BudgetScope) => rows.filter((row) => row.scopeType === type).map((row) => row.scopeId);
  const projects = idsOf("project");
  const agents = idsOf("agent");
  const above = new Map<string, string[]>();
  if (projects.length > 0) {
    const found = await tx
      .select({ id: project.id, workspace: workspace.name })
      .from(project)
      .innerJoin(workspace, eq(workspace.id, project.workspaceId))
      .where(inArray(project.id, projects));
    for (const row of found) above.set(row.id, [row.workspace]);
  }
  if (agents.length > 0) {
    const found = await tx
      .select({ id: agent.id, workspace: workspace.name, project: project.name })
      .from(agent)
      .innerJoin(project, eq(project.id, agent.projectId))
      .innerJoin(workspace, eq(workspace.id, agent.workspaceId))
      .where(inArray(agent.id, agents));
    for (const row of found) above.set(row.id, [row.workspace, row.project]);
  }
  return above;
}
