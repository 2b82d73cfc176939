import { z } from "zod";
import { project } from "@/db/schema/organization";
import { authorizeAny } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { newId } from "@/lib/id";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { requireOpenWorkspace } from "./load";
import { slugOf } from "./slug";

export const CreateProjectInput = z.strictObject({ workspaceId: z.uuid("choose a workspace"), name: cleanText({ max: 80 }) });
export type CreateProjectInput = z.infer<typeof CreateProjectInput>;

/**
 * Makes a project in a workspace. Demo data and the first start, which make workspaces, make projects by the same right.
 * @throws AppError `conflict` when the name is taken in this workspace.
 */
export async function createProject(ctx: Ctx, input: CreateProjectInput): Promise<{ id: string; slug: string }> {
  return transact(ctx, async (tx) => {
    const workspace = await requireOpenWorkspace(tx, input.workspaceId);
    authorizeAny(tx, ctx, { workspaceId: workspace.id }, ["workspaces", "update"], ["workspaces", "create"]);
    const made = { id: newId(), slug: slugOf(input.name) };
    const [row] = await tx
      .insert(project)
      .values({ ...made, organizationId: ctx.organizationId, workspaceId: workspace.id, name: input.name })
      .onConflictDoNothing()
      .returning({ id: project.id });
    if (!row) throw conflict(`There is already a project called ${input.name} in ${workspace.name}.`, "Choose another name; archived projects keep theirs.");
    return {
      value: made,
      audit: {
        action: "projects.created",
        resource: { type: "project", id: made.id, name: input.name, workspaceId: workspace.id },
        details: { workspace: workspace.name },
      },
    };
  });
}
