import { and, eq, isNull, ne } from "drizzle-orm";
import { agent } from "@/db/schema/agent";
import { organization, project, workspace } from "@/db/schema/organization";
import type { Tx } from "@/db/tenant";
import { notFound } from "@/lib/errors";
import type { BudgetScope } from "./scope-names";

/** What a budget is set on, and the workspace that decides who may: null for the organization. */
export type Scope = { scopeType: BudgetScope; scopeId: string; workspaceId: string | null; name: string };

/** @throws AppError `not_found` for what is closed, retired or not there. */
export async function loadScope(tx: Tx, scopeType: BudgetScope, scopeId: string): Promise<Scope> {
  const row = await find(tx, scopeType, scopeId);
  if (!row) throw notFound(scopeType);
  return { scopeType, scopeId, ...row };
}

async function find(tx: Tx, scopeType: BudgetScope, id: string): Promise<{ name: string; workspaceId: string | null } | undefined> {
  switch (scopeType) {
    case "organization": {
      const [row] = await tx.select({ name: organization.name }).from(organization).where(eq(organization.id, id));
      return row && { ...row, workspaceId: null };
    }
    case "workspace": {
      const [row] = await tx.select({ name: workspace.name, workspaceId: workspace.id }).from(workspace).where(and(eq(workspace.id, id), isNull(workspace.archivedAt)));
      return row;
    }
    case "project": {
      const [row] = await tx.select({ name: project.name, workspaceId: project.workspaceId }).from(project).where(and(eq(project.id, id), isNull(project.archivedAt)));
      return row;
    }
    case "agent": {
      const [row] = await tx.select({ name: agent.name, workspaceId: agent.workspaceId }).from(agent).where(and(eq(agent.id, id), ne(agent.status, "retired")));
      return row;
    }
  }
}
