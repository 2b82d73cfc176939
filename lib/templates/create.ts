import { z } from "zod";
import { agentTemplate } from "@/db/schema/agent-template";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { requireOpenWorkspace } from "@/lib/workspaces/load";

export const CreateTemplateInput = z.strictObject({
  name: cleanText({ max: 80 }),
  description: cleanText({ min: 0, max: 1000, lines: true }).default(""),
  /** Empty or left out: for agents of every workspace. */
  workspaceId: z
    .uuid()
    .or(z.literal(""))
    .nullish()
    .transform((id) => id || null),
});
export type CreateTemplateInput = z.input<typeof CreateTemplateInput>;

/** Makes a template that says nothing yet. @throws AppError `conflict` when one that is in use has the name. */
export async function createTemplate(ctx: PersonCtx, input: CreateTemplateInput): Promise<{ id: string }> {
  const workspaceId = input.workspaceId || null;
  return transact(ctx, async (tx) => {
    if (workspaceId) await requireOpenWorkspace(tx, workspaceId);
    authorize(tx, ctx, "policies", "update", { workspaceId });
    const [made] = await tx
      .insert(agentTemplate)
      .values({ id: newId(), organizationId: ctx.organizationId, workspaceId, name: input.name, description: input.description ?? "" })
      .onConflictDoNothing()
      .returning({ id: agentTemplate.id });
    if (!made) throw new AppError("conflict", `There is already a template called ${input.name}.`, { fields: { name: "is taken; choose another" } });
    return {
      value: made,
      audit: { action: "templates.created", resource: { type: "template", id: made.id, name: input.name, workspaceId } },
    };
  });
}
