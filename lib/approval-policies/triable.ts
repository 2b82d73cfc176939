import { and, desc, eq } from "drizzle-orm";
import { z } from "zod";
import { action, approval } from "@/db/schema/action";
import { agent } from "@/db/schema/agent";
import { authorizeAnywhere } from "@/lib/ability/authorize";
import { whereAllowed } from "@/lib/ability/where";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";

export const ListTriableInput = z.strictObject({ workspaceId: z.uuid().nullable() });
export type ListTriableInput = z.infer<typeof ListTriableInput>;

const mostRecent = 30;

/** The last requests of a workspace (null: of all) that the caller may see, by what they were about: to try a policy on. */
export async function listTriable(ctx: PersonCtx, { workspaceId }: ListTriableInput): Promise<{ id: string; name: string }[]> {
  return read(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "approvals", "view");
    const columns = { workspaceId: approval.workspaceId, agentId: approval.agentId };
    const rows = await tx
      .select({ id: approval.id, kind: approval.kind, tool: action.tool, risk: approval.risk, agentName: agent.name, createdAt: approval.createdAt })
      .from(approval)
      .leftJoin(action, eq(action.id, approval.actionId))
      .leftJoin(agent, eq(agent.id, approval.agentId))
      .where(and(whereAllowed(tx, ctx, "approvals", "view", columns), workspaceId ? eq(approval.workspaceId, workspaceId) : undefined))
      .orderBy(desc(approval.createdAt), desc(approval.id))
      .limit(mostRecent);
    return rows.map(({ id, kind, tool, risk, agentName, createdAt }) => ({ id, name: `${createdAt.toISOString().slice(0, 16).replace("T", " ")} ${tool ?? kind} (${risk}) ${agentName ?? ""}`.trim() }));
  });
}
