import { and, count, eq, isNull, ne } from "drizzle-orm";
import { z } from "zod";
import { agent } from "@/db/schema/agent";
import { project } from "@/db/schema/organization";
import { authorize } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";

export const ArchiveProjectInput = z.strictObject({ id: z.uuid() });
export type ArchiveProjectInput = z.infer<typeof ArchiveProjectInput>;

/** Closes a project for new agents. @throws AppError `conflict` while agents are left in it. */
export async function archiveProject(ctx: Ctx, input: ArchiveProjectInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    const [found] = await tx.select().from(project).where(eq(project.id, input.id));
    if (!found) throw notFound("project");
    authorize(tx, ctx, "workspaces", "update", { workspaceId: found.workspaceId });
    await requireFreshProof(tx, ctx, "workspaces.archive_project", found.id);
    const [row] = await tx
      .update(project)
      .set({ archivedAt: new Date() })
      .where(and(eq(project.id, found.id), isNull(project.archivedAt)))
      .returning({ id: project.id });
    if (!row) throw conflict("This project is already archived.");
    const [left] = await tx.select({ agents: count() }).from(agent).where(and(eq(agent.projectId, found.id), ne(agent.status, "retired")));
    if (left && left.agents > 0) {
      throw conflict(`${left.agents === 1 ? "One agent is" : `${left.agents} agents are`} still in this project.`, "Move or retire its agents first.");
    }
    return {
      value: row,
      audit: { action: "projects.archived", resource: { type: "project", id: found.id, name: found.name, workspaceId: found.workspaceId } },
    };
  });
}
