import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { agent, agentStatuses, apiKey } from "@/db/schema/agent";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { endWithParent, isParentActive } from "@/lib/spawn/end";
import { transact } from "@/lib/transact";
import { nextStatuses, type AgentStatus } from "./lifecycle";

export const SetAgentStatusInput = z.strictObject({ id: z.uuid(), status: z.enum(agentStatuses) });
export type SetAgentStatusInput = z.infer<typeof SetAgentStatusInput>;

/**
 * Moves an agent along its lifecycle. Retiring needs the right to delete agents, and revokes the agent's keys. Children
 * that it asked for itself are suspended with it.
 * @throws AppError `conflict` when the status does not follow the one it has.
 */
export async function setAgentStatus(ctx: Ctx, input: SetAgentStatusInput): Promise<{ id: string; status: AgentStatus }> {
  return transact(ctx, async (tx) => {
    const [found] = await tx.select().from(agent).where(eq(agent.id, input.id));
    if (!found) throw notFound("agent");
    const target = { workspaceId: found.workspaceId, agentId: found.id };
    authorize(tx, ctx, "agents", input.status === "retired" ? "delete" : "update", target);
    if (!nextStatuses[found.status].includes(input.status)) {
      throw conflict(`An agent that is ${found.status} cannot become ${input.status}.`, "Load the page again to see where it stands.");
    }
    if (input.status === "active" && !(await isParentActive(tx, found.id))) {
      throw conflict("The agent that this one is a child of is not active.", "Make its parent active first.");
    }
    if (input.status === "retired") await requireFreshProof(tx, ctx, "agents.retire", found.id);
    const [row] = await tx
      .update(agent)
      .set({ status: input.status })
      .where(and(eq(agent.id, found.id), eq(agent.status, found.status)))
      .returning({ id: agent.id });
    if (!row) throw conflict("The agent's status was changed meanwhile.", "Load the page again to see where it stands.");
    const revoked = input.status === "retired" ? await revokeKeys(tx, found.id) : 0;
    const below = input.status === "suspended" || input.status === "retired" ? await endWithParent(tx, { id: found.id, status: input.status }) : [];
    return {
      value: { id: row.id, status: input.status },
      audit: [
        {
          action: "agents.status_changed",
          resource: { type: "agent", id: found.id, name: found.name, workspaceId: found.workspaceId },
          details: { before: found.status, after: input.status, revokedKeys: revoked },
        },
        ...below,
      ],
    };
  });
}

async function revokeKeys(tx: Tx, agentId: string): Promise<number> {
  const rows = await tx
    .update(apiKey)
    .set({ revokedAt: new Date() })
    .where(and(eq(apiKey.agentId, agentId), isNull(apiKey.revokedAt)))
    .returning({ id: apiKey.id });
  return rows.length;
}
