import { eq } from "drizzle-orm";
import { z } from "zod";
import { agent, apiKey } from "@/db/schema/agent";
import { networkRule } from "@/db/schema/network";
import { organization, workspace } from "@/db/schema/organization";
import type { Tx } from "@/db/tenant";
import { authorize, authorizeAnywhere, may } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";

/** What a rule is for: one workspace, one key, or with neither the organization. */
export const PlaceInput = z.strictObject({ workspaceId: z.uuid().optional(), keyId: z.uuid().optional() }).refine(({ workspaceId, keyId }) => !workspaceId || !keyId, "name a workspace or a key, not both");
export type PlaceInput = z.infer<typeof PlaceInput>;

export type NetworkPlace = { scope: "organization" | "workspace" | "key"; scopeId: string; name: string; workspaceId: string | null; agentId: string | null };

/** @throws AppError `not_found`. */
export async function findPlace(tx: Tx, organizationId: string, { workspaceId, keyId }: PlaceInput): Promise<NetworkPlace> {
  if (keyId) {
    const [row] = await tx
      .select({ name: apiKey.name, agentId: agent.id, workspaceId: agent.workspaceId })
      .from(apiKey)
      .innerJoin(agent, eq(agent.id, apiKey.agentId))
      .where(eq(apiKey.id, keyId));
    if (!row) throw notFound("key");
    return { scope: "key", scopeId: keyId, ...row };
  }
  if (workspaceId) {
    const [row] = await tx.select({ name: workspace.name }).from(workspace).where(eq(workspace.id, workspaceId));
    if (!row) throw notFound("workspace");
    return { scope: "workspace", scopeId: workspaceId, name: row.name, workspaceId, agentId: null };
  }
  const [row] = await tx.select({ name: organization.name }).from(organization).where(eq(organization.id, organizationId));
  if (!row) throw notFound("organization");
  return { scope: "organization", scopeId: organizationId, name: row.name, workspaceId: null, agentId: null };
}

/** Rules of the organization and its workspaces are changed by who administers the organization; a key's by who may make one. */
export function authorizeChange(tx: Tx, ctx: Ctx, { scope, workspaceId, agentId }: NetworkPlace): void {
  if (scope === "key") authorize(tx, ctx, "keys", "create", { workspaceId, agentId });
  else authorize(tx, ctx, "settings", "update", { workspaceId: null });
}

export function mayChange(ctx: Pick<Ctx, "ability">, { scope, workspaceId, agentId }: NetworkPlace): boolean {
  return scope === "key" ? may(ctx, "keys", "create", { workspaceId, agentId }) : may(ctx, "settings", "update", { workspaceId: null });
}

export function authorizeLook(tx: Tx, ctx: Ctx, { scope, workspaceId, agentId }: NetworkPlace): void {
  if (scope === "key") authorize(tx, ctx, "keys", "view", { workspaceId, agentId });
  else if (scope === "workspace") authorize(tx, ctx, "settings", "read", { workspaceId });
  else authorizeAnywhere(tx, ctx, "settings", "read");
}

export type StoredRule = typeof networkRule.$inferSelect;

export async function storedRule(tx: Tx, scopeId: string): Promise<StoredRule | null> {
  const [row] = await tx.select().from(networkRule).where(eq(networkRule.scopeId, scopeId));
  return row ?? null;
}
