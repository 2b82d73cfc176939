import { z } from "zod";
import { workspace } from "@/db/schema/organization";
import { authorize } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { newId } from "@/lib/id";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { slugOf } from "./slug";

export const CreateWorkspaceInput = z.strictObject({ name: cleanText({ max: 80 }) });
export type CreateWorkspaceInput = z.infer<typeof CreateWorkspaceInput>;

/** Makes a workspace. @throws AppError `conflict` when the name is taken, by an archived one too. */
export async function createWorkspace(ctx: Ctx, input: CreateWorkspaceInput): Promise<{ id: string; slug: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "workspaces", "create", { workspaceId: null });
    const made = { id: newId(), slug: slugOf(input.name) };
    const [row] = await tx
      .insert(workspace)
      .values({ ...made, organizationId: ctx.organizationId, name: input.name })
      .onConflictDoNothing()
      .returning({ id: workspace.id });
    if (!row) throw conflict(`There is already a workspace called ${input.name}.`, "Choose another name; archived workspaces keep theirs.");
    return {
      value: made,
      audit: { action: "workspaces.created", resource: { type: "workspace", id: made.id, name: input.name, workspaceId: made.id } },
    };
  });
}
