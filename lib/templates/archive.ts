import { and, count, eq, isNull, ne } from "drizzle-orm";
import { z } from "zod";
import { agent } from "@/db/schema/agent";
import { agentTemplate } from "@/db/schema/agent-template";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { transact } from "@/lib/transact";
import { requireVisibleTemplate } from "./require";

export const ArchiveTemplateInput = z.strictObject({ id: z.uuid() });
export type ArchiveTemplateInput = z.infer<typeof ArchiveTemplateInput>;

/**
 * Gives the template to no further agent. Its policies no longer change and stay in force for the agents that have it: to take
 * them away here would let those agents do more without anybody having decided so.
 */
export async function archiveTemplate(ctx: PersonCtx, input: ArchiveTemplateInput): Promise<{ id: string; agents: number }> {
  return transact(ctx, async (tx) => {
    const found = await requireVisibleTemplate(tx, ctx, input.id);
    authorize(tx, ctx, "policies", "update", { workspaceId: found.workspaceId });
    const [row] = await tx
      .update(agentTemplate)
      .set({ archivedAt: new Date() })
      .where(and(eq(agentTemplate.id, found.id), isNull(agentTemplate.archivedAt)))
      .returning({ id: agentTemplate.id });
    if (!row) throw conflict("This template is already archived.");
    const [left] = await tx.select({ agents: count() }).from(agent).where(and(eq(agent.templateId, found.id), ne(agent.status, "retired")));
    const agents = left?.agents ?? 0;
    return {
      value: { id: row.id, agents },
      audit: { action: "templates.archived", resource: { type: "template", id: found.id, name: found.name, workspaceId: found.workspaceId }, details: { agents } },
    };
  });
}
