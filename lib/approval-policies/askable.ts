import { and, asc, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { workspace } from "@/db/schema/organization";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import { whereAllowed } from "@/lib/ability/where";
import { candidatesAt } from "@/lib/approvals/candidates";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { read } from "@/lib/transact";

export const ListAskableInput = z.strictObject({ workspaceId: z.uuid().nullable() });
export type ListAskableInput = z.infer<typeof ListAskableInput>;

const mostWorkspaces = 500;

/** Whom an approval policy of a workspace (null: of the organization) can name, and the workspaces that a rule can be about. */
export async function listAskable(ctx: PersonCtx, { workspaceId }: ListAskableInput) {
  return read(ctx, async (tx) => {
    if (workspaceId === null) authorizeAnywhere(tx, ctx, "policies", "view");
    else authorize(tx, ctx, "policies", "view", { workspaceId });
    const workspaces = await tx
      .select({ id: workspace.id, name: workspace.name })
      .from(workspace)
      .where(and(whereAllowed(tx, ctx, "policies", "view", { workspaceId: workspace.id }), isNull(workspace.archivedAt), workspaceId ? eq(workspace.id, workspaceId) : undefined))
      .orderBy(asc(workspace.name), asc(workspace.id))
      .limit(mostWorkspaces);
    if (workspaceId !== null && workspaces.length === 0) throw notFound("workspace");
    const people = await candidatesAt(tx, workspaceId);
    return { people: people.map(({ id, name }) => ({ id, name })), workspaces };
  });
}
