import { and, count, eq, isNull, ne } from "drizzle-orm";
import { z } from "zod";
import { agent } from "@/db/schema/agent";
import { workspace } from "@/db/schema/organization";
import { authorize } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { transact } from "@/lib/transact";
import { loadWorkspace } from "./load";

export const ArchiveWorkspaceInput = z.strictObject({ id: z.uuid() });
export type ArchiveWorkspaceInput = z.infer<typeof ArchiveWorkspaceInput>;

/** Closes a workspace for new projects and agents; what happened in it stays readable. @throws AppError `conflict` while agents are left in it. */
export async function archiveWorkspace(ctx: Ctx, input: ArchiveWorkspaceInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    const found = await loadWorkspace(tx, input.id);
    authorize(tx, ctx, "workspaces", "delete", { workspaceId: found.id });
    await requireFreshProof(tx, ctx, "workspaces.archive", found.id);
    const [row] = await tx
      .update(workspace)
      .set({ archivedAt: new Date() })
      .where(and(eq(workspace.id, found.id), isNull(workspace.archivedAt)))
      .returning({ id: workspace.id });
    if (!row) throw conflict("This workspace is already archived.");
    // Whoever makes an agent holds the workspace's row, so that none can appear after this look.
    const [left] = await tx.select({ agents: count() }).from(agent).where(and(eq(agent.workspaceId, found.id), ne(agent.status, "retired")));
    if (left && left.agents > 0) {
      throw conflict(`${left.agents === 1 ? "One agent is" : `${left.agents} agents are`} still in this workspace.`, "Retire its agents first.");
    }
    return {
      value: row,
      audit: { action: "workspaces.archived", resource: { type: "workspace", id: found.id, name: found.name, workspaceId: found.id } },
    };
  });
}
