import { and, asc, inArray, isNull, or } from "drizzle-orm";
import { agentTemplate } from "@/db/schema/agent-template";
import { governanceHead } from "@/db/schema/governance";
import { organization, workspace } from "@/db/schema/organization";
import { may } from "@/lib/ability/authorize";
import { whereAllowed } from "@/lib/ability/where";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import type { DocumentKind, DocumentScope } from "./kinds";

/** Where documents hold, with the version in force of each kind that somebody published there. */
export type ScopeRow = { scopeType: DocumentScope; scopeId: string; name: string; heads: Partial<Record<DocumentKind, number>> };

const mostScopes = 500;

/** The organization, whose documents everybody who sees policies sees, and the workspaces and templates whose policies the caller may see. */
export async function listScopes(ctx: PersonCtx): Promise<ScopeRow[]> {
  return read(ctx, async (tx) => {
    const allowed = whereAllowed(tx, ctx, "policies", "view", { workspaceId: workspace.id });
    const workspaces = await tx
      .select({ scopeId: workspace.id, name: workspace.name })
      .from(workspace)
      .where(and(allowed, isNull(workspace.archivedAt)))
      .orderBy(asc(workspace.name), asc(workspace.id))
      .limit(mostScopes);
    const templates = await tx
      .select({ scopeId: agentTemplate.id, name: agentTemplate.name, archivedAt: agentTemplate.archivedAt })
      .from(agentTemplate)
      .where(or(isNull(agentTemplate.workspaceId), whereAllowed(tx, ctx, "policies", "view", { workspaceId: agentTemplate.workspaceId })))
      .orderBy(asc(agentTemplate.name), asc(agentTemplate.id))
      .limit(mostScopes);
    const organizations = may(ctx, "policies", "view") ? await tx.select({ scopeId: organization.id, name: organization.name }).from(organization) : [];
    // Who sees policies nowhere sees nothing of the whole organization's either.
    if (organizations.length === 0) return [];
    const found = [
      ...organizations.map((row) => ({ ...row, scopeType: "organization" as const })),
      ...workspaces.map((row) => ({ ...row, scopeType: "workspace" as const })),
      ...templates.map(({ scopeId, name, archivedAt }) => ({ scopeId, name: archivedAt ? `${name} (archived)` : name, scopeType: "template" as const })),
    ];
    const heads = await tx.select().from(governanceHead).where(inArray(governanceHead.scopeId, found.map(({ scopeId }) => scopeId)));
    return found.map((row) => ({ ...row, heads: Object.fromEntries(heads.filter(({ scopeId }) => scopeId === row.scopeId).map(({ kind, version }) => [kind, version])) }));
  });
}
