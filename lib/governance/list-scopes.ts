import { and, asc, inArray, isNull } from "drizzle-orm";
import { governanceHead } from "@/db/schema/governance";
import { organization, workspace } from "@/db/schema/organization";
import { whereAllowed } from "@/lib/ability/where";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import type { DocumentKind, DocumentScope } from "./kinds";

/** Where documents hold, with the version in force of each kind that somebody published there. */
export type ScopeRow = { scopeType: DocumentScope; scopeId: string; name: string; heads: Partial<Record<DocumentKind, number>> };

const mostScopes = 500;

/** The organization, whose documents everybody who sees policies sees, and the workspaces whose policies the caller may see. */
export async function listScopes(ctx: PersonCtx): Promise<ScopeRow[]> {
  return read(ctx, async (tx) => {
    const allowed = whereAllowed(tx, ctx, "policies", "view", { workspaceId: workspace.id });
    const workspaces = await tx
      .select({ scopeId: workspace.id, name: workspace.name })
      .from(workspace)
      .where(and(allowed, isNull(workspace.archivedAt)))
      .orderBy(asc(workspace.name), asc(workspace.id))
      .limit(mostScopes);
    const organizations = ctx.ability.can("view", "policies") ? await tx.select({ scopeId: organization.id, name: organization.name }).from(organization) : [];
    const found = [...organizations.map((row) => ({ ...row, scopeType: "organization" as const })), ...workspaces.map((row) => ({ ...row, scopeType: "workspace" as const }))];
    if (found.length === 0) return [];
    const heads = await tx.select().from(governanceHead).where(inArray(governanceHead.scopeId, found.map(({ scopeId }) => scopeId)));
    return found.map((row) => ({ ...row, heads: Object.fromEntries(heads.filter(({ scopeId }) => scopeId === row.scopeId).map(({ kind, version }) => [kind, version])) }));
  });
}
