import { eq } from "drizzle-orm";
import { z } from "zod";
import { agent } from "@/db/schema/agent";
import { agentTemplate } from "@/db/schema/agent-template";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { requireOpenTemplate } from "./require";

export const SetAgentTemplateInput = z.strictObject({
  agentId: z.uuid(),
  /** Null or empty: none. */
  templateId: z
    .uuid()
    .or(z.literal(""))
    .nullable()
    .transform((id) => id || null),
});
export type SetAgentTemplateInput = z.input<typeof SetAgentTemplateInput>;

/**
 * Gives an agent a template, or takes it away. That changes what the agent may do, as a new version of its policy would: what
 * was approved under the other template and is not carried out yet no longer holds.
 */
export async function setAgentTemplate(ctx: PersonCtx, input: SetAgentTemplateInput): Promise<{ id: string }> {
  const templateId = input.templateId || null;
  return transact(ctx, async (tx) => {
    const [found] = await tx.select().from(agent).where(eq(agent.id, input.agentId)).for("update");
    if (!found) throw notFound("agent");
    authorize(tx, ctx, "policies", "update", { workspaceId: found.workspaceId, agentId: found.id });
    if (found.status === "retired") throw conflict("This agent is retired; it no longer changes.");
    if (templateId === found.templateId) throw conflict("Nothing would change: the agent has this template.");
    const template = templateId ? await requireOpenTemplate(tx, found.workspaceId, templateId) : null;
    await requireFreshProof(tx, ctx, "agents.set_template", `${found.id} ${templateId ?? "none"}`);
    const [before] = found.templateId ? await tx.select({ name: agentTemplate.name }).from(agentTemplate).where(eq(agentTemplate.id, found.templateId)) : [];
    await tx.update(agent).set({ templateId }).where(eq(agent.id, found.id));
    return {
      value: { id: found.id },
      audit: {
        action: "agents.template_set",
        resource: { type: "agent", id: found.id, name: found.name, workspaceId: found.workspaceId },
        details: { before: found.templateId, beforeName: before?.name ?? null, after: templateId, afterName: template?.name ?? null },
      },
    };
  });
}
