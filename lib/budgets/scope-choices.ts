import { and, asc, isNull, ne } from "drizzle-orm";
import { agent } from "@/db/schema/agent";
import { organization, project, workspace } from "@/db/schema/organization";
import { authorizeAnywhere, may } from "@/lib/ability/authorize";
import { whereAllowed } from "@/lib/ability/where";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import type { BudgetScope } from "./scope-names";

const atMost = 500;

export type ScopeChoice = { scopeType: BudgetScope; scopeId: string; name: string };

/** What the caller may set budgets on, with the organization's time zone as the usual one. */
export async function scopeChoices(ctx: PersonCtx): Promise<{ choices: ScopeChoice[]; timeZone: string; currency: string }> {
  return read(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "budgets", "set");
    const [org] = await tx.select().from(organization);
    const workspaces = await tx
      .select({ scopeId: workspace.id, name: workspace.name })
      .from(workspace)
      .where(and(isNull(workspace.archivedAt), whereAllowed(tx, ctx, "budgets", "set", { workspaceId: workspace.id })))
      .orderBy(asc(workspace.name))
      .limit(atMost);
    const projects = await tx
      .select({ scopeId: project.id, name: project.name })
      .from(project)
      .where(and(isNull(project.archivedAt), whereAllowed(tx, ctx, "budgets", "set", { workspaceId: project.workspaceId })))
      .orderBy(asc(project.name))
      .limit(atMost);
    const agents = await tx
      .select({ scopeId: agent.id, name: agent.name })
      .from(agent)
      .where(and(ne(agent.status, "retired"), whereAllowed(tx, ctx, "budgets", "set", { workspaceId: agent.workspaceId })))
      .orderBy(asc(agent.name))
      .limit(atMost);
    const all = (scopeType: BudgetScope, rows: { scopeId: string; name: string }[]) => rows.map((row) => ({ scopeType, ...row }));
    return {
      choices: [
        ...(org && may(ctx, "budgets", "set", { workspaceId: null }) ? all("organization", [{ scopeId: org.id, name: org.name }]) : []),
        ...all("workspace", workspaces),
        ...all("project", projects),
        ...all("agent", agents),
      ],
      timeZone: org?.timeZone ?? "UTC",
      currency: org?.currency ?? "USD",
    };
  });
}
