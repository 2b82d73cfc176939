import { and, eq, isNull, or, type SQL } from "drizzle-orm";
import { agentTemplate } from "@/db/schema/agent-template";
import type { Tx } from "@/db/tenant";
import { may } from "@/lib/ability/authorize";
import { whereAllowed } from "@/lib/ability/where";
import type { Ctx } from "@/lib/ctx/ctx";
import { AppError, notFound } from "@/lib/errors";

type Template = typeof agentTemplate.$inferSelect;

/** The templates whose policies the caller may see; those of the whole organization are for everybody who sees any. */
export function visibleTemplates(tx: Tx, ctx: Ctx): SQL | undefined {
  const allowed = whereAllowed(tx, ctx, "policies", "view", { workspaceId: agentTemplate.workspaceId });
  return may(ctx, "policies", "view") ? or(isNull(agentTemplate.workspaceId), allowed) : allowed;
}

/** @throws AppError `not_found`, also for one that the caller may not see. */
export async function requireVisibleTemplate(tx: Tx, ctx: Ctx, id: string): Promise<Template> {
  const [row] = await tx.select().from(agentTemplate).where(and(eq(agentTemplate.id, id), visibleTemplates(tx, ctx)));
  if (!row) throw notFound("template");
  return row;
}

/**
 * A template that an agent of the workspace may be given, locked against being archived until the transaction ends. One of
 * another workspace is not found. @throws AppError `not_found`, or `invalid_input` when it is archived.
 */
export async function requireOpenTemplate(tx: Tx, workspaceId: string, id: string): Promise<Template> {
  const [row] = await tx
    .select()
    .from(agentTemplate)
    .where(and(eq(agentTemplate.id, id), or(isNull(agentTemplate.workspaceId), eq(agentTemplate.workspaceId, workspaceId))))
    .for("share");
  if (!row) throw notFound("template");
  if (row.archivedAt) throw new AppError("invalid_input", `The template ${row.name} is archived.`, { fields: { templateId: "choose one that is in use" } });
  return row;
}
