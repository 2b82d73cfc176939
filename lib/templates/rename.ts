import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { agentTemplate } from "@/db/schema/agent-template";
import { sqlState } from "@/db/error";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, conflict } from "@/lib/errors";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { requireVisibleTemplate } from "./require";

export const RenameTemplateInput = z.strictObject({
  id: z.uuid(),
  name: cleanText({ max: 80 }),
  description: cleanText({ min: 0, max: 1000, lines: true }),
});
export type RenameTemplateInput = z.infer<typeof RenameTemplateInput>;

/**
 * Calls a template otherwise and says otherwise what its agents are for; what it says of them stays.
 * @throws AppError `conflict` when one that is in use has the name, it is archived, or nothing would change.
 */
export async function renameTemplate(ctx: PersonCtx, { id, name, description }: RenameTemplateInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    const found = await requireVisibleTemplate(tx, ctx, id);
    authorize(tx, ctx, "policies", "update", { workspaceId: found.workspaceId });
    if (found.name === name && found.description === description) throw conflict("Nothing would change.");
    const [row] = await tx
      .update(agentTemplate)
      .set({ name, description })
      .where(and(eq(agentTemplate.id, found.id), isNull(agentTemplate.archivedAt)))
      .returning({ id: agentTemplate.id })
      .catch((error: unknown) => {
        throw sqlState(error) === "23505" ? new AppError("conflict", `There is already a template called ${name}.`, { fields: { name: "is taken; choose another" } }) : error;
      });
    if (!row) throw conflict("This template is archived; it no longer changes.");
    return {
      value: row,
      audit: {
        action: "templates.renamed",
        resource: { type: "template", id: found.id, name, workspaceId: found.workspaceId },
        details: { before: { name: found.name, description: found.description }, after: { name, description } },
      },
    };
  });
}
