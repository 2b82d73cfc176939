import { eq } from "drizzle-orm";
import { z } from "zod";
import { agent } from "@/db/schema/agent";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import { compileGrid, type GridRow, type GridScope } from "@/lib/cedar/compile-grid";
import { compileLevels } from "@/lib/cedar/compile-levels";
import { printPolicy } from "@/lib/cedar/print";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { requirePlace } from "@/lib/governance/place";
import { headVersion, requireDocument } from "@/lib/governance/stored";
import { requirePolicy } from "@/lib/policies/load";
import { read } from "@/lib/transact";
import { loadCurrency } from "@/lib/workspaces/load";
import { type CompiledRoles, compiledRoles } from "./compiled-roles";

export const CompiledPoliciesInput = z.strictObject({ agentId: z.uuid() });
export type CompiledPoliciesInput = z.infer<typeof CompiledPoliciesInput>;

/** What one document, the agent's own policy or the portal's levels say in Cedar. */
export type CompiledPart = {
  kind: "capabilities" | "cedar" | "levels";
  scopeType: GridScope;
  scopeId: string;
  /** What the level is called. */
  name: string;
  version: number;
  policies: number;
  /** Null: it cannot be read, so that everything is denied. */
  text: string | null;
};

export type CompiledView = { agent: { id: string; name: string; level: string }; parts: CompiledPart[]; people: CompiledRoles };

/** Everything that an agent's actions are judged by, as Cedar that can be read: levels, the grids from the organization's down to its own, and texts; and who may do what to it, which roles and scopes say. */
export async function compiledPolicies(ctx: PersonCtx, { agentId }: CompiledPoliciesInput): Promise<CompiledView> {
  return read(ctx, async (tx) => {
    const [owner] = await tx.select().from(agent).where(eq(agent.id, agentId));
    if (!owner) throw notFound("agent");
    authorize(tx, ctx, "policies", "view", { workspaceId: owner.workspaceId, agentId: owner.id });
    const currency = await loadCurrency(tx);
    const own = await requirePolicy(tx, owner.id, owner.policyVersion);
    const above: { scopeType: GridScope; scopeId: string | null }[] = [
      { scopeType: "organization", scopeId: owner.organizationId },
      { scopeType: "workspace", scopeId: owner.workspaceId },
      { scopeType: "template", scopeId: owner.templateId },
    ];
    const parts: CompiledPart[] = [];
    for (const { scopeType, scopeId } of above) {
      if (scopeId === null || scopeType === "agent") continue;
      const grid = await documentOf(tx, ctx, { kind: "capabilities", scopeType, scopeId });
      parts.push(gridPart({ ...grid, scopeType }, grid.content?.tools ?? null, currency));
      if (scopeType === "template") continue;
      const { content, ...cedar } = await documentOf(tx, ctx, { kind: "cedar", scopeType, scopeId });
      parts.push({ kind: "cedar", scopeType, ...cedar, policies: 0, text: content?.text ?? null });
    }
    const levels = compileLevels().map(printPolicy);
    return {
      agent: { id: owner.id, name: owner.name, level: own.level },
      people: await compiledRoles(tx, ctx, owner),
      parts: [
        { kind: "levels", scopeType: "agent", scopeId: owner.id, name: "The portal", version: 0, policies: levels.length, text: levels.join("\n\n") },
        ...parts,
        gridPart({ scopeType: "agent", scopeId: owner.id, name: owner.name, version: own.version }, own.tools, currency),
      ],
    };
  });
}

type Place = { scopeType: "organization" | "workspace" | "template"; scopeId: string };

async function documentOf<K extends "capabilities" | "cedar">(tx: Tx, ctx: PersonCtx, { kind, ...place }: Place & { kind: K }) {
  const { name } = await requirePlace(tx, ctx.organizationId, { kind, ...place });
  const version = await headVersion(tx, { kind, scopeId: place.scopeId });
  // What cannot be read is shown as that; a decision denies everything under it.
  const document = await requireDocument(tx, { kind, scopeId: place.scopeId }, version).catch((error: unknown) => {
    if (error instanceof z.ZodError) return null;
    throw error;
  });
  return { scopeId: place.scopeId, name, version, content: document?.content ?? null };
}

type GridPlace = Pick<CompiledPart, "scopeType" | "scopeId" | "name" | "version">;

function gridPart({ scopeType, scopeId, name, version }: GridPlace, rows: readonly GridRow[] | null, currency: string): CompiledPart {
  const policies = rows === null ? null : compileGrid({ type: scopeType, id: scopeId }, rows, currency).map(printPolicy);
  return { kind: "capabilities", scopeType, scopeId, name, version, policies: policies?.length ?? 0, text: policies?.join("\n\n") ?? null };
}
