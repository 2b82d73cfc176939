import { and, asc, count, eq } from "drizzle-orm";
import { z } from "zod";
import { agent } from "@/db/schema/agent";
import { spawnRequest } from "@/db/schema/spawn";
import { authorize } from "@/lib/ability/authorize";
import { whereAllowed } from "@/lib/ability/where";
import type { Ctx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { read } from "@/lib/transact";

export const LoadFamilyInput = z.strictObject({ id: z.uuid() });
export type LoadFamilyInput = z.infer<typeof LoadFamilyInput>;

const mostBelow = 50;

/** By which request an agent was made as another one's child, if it was; and the agents that it manages, its own children among them. @throws AppError `not_found`. */
export async function loadFamily(ctx: Ctx, { id }: LoadFamilyInput) {
  return read(ctx, async (tx) => {
    const [self] = await tx.select({ workspaceId: agent.workspaceId }).from(agent).where(eq(agent.id, id));
    if (!self) throw notFound("agent");
    authorize(tx, ctx, "agents", "read", { workspaceId: self.workspaceId, agentId: id });
    const [born] = await tx
      .select({ parentId: spawnRequest.parentId, parentName: agent.name, approvalId: spawnRequest.approvalId, budgetMicros: spawnRequest.budgetMicros, endsAt: spawnRequest.endsAt, endedAt: spawnRequest.endedAt, claimedAt: spawnRequest.claimedAt })
      .from(spawnRequest)
      .innerJoin(agent, eq(agent.id, spawnRequest.parentId))
      .where(eq(spawnRequest.childId, id));
    const below = and(eq(agent.managerAgentId, id), whereAllowed(tx, ctx, "agents", "read", { workspaceId: agent.workspaceId, agentId: agent.id }));
    const [all] = await tx.select({ agents: count() }).from(agent).where(below);
    const rows = await tx
      .select({ id: agent.id, name: agent.name, kind: agent.kind, status: agent.status, budgetMicros: spawnRequest.budgetMicros, endsAt: spawnRequest.endsAt })
      .from(agent)
      .leftJoin(spawnRequest, and(eq(spawnRequest.childId, agent.id), eq(spawnRequest.parentId, id)))
      .where(below)
      // The living first: draft, active, suspended, retired.
      .orderBy(eq(agent.status, "retired"), asc(agent.name), asc(agent.id))
      .limit(mostBelow);
    return { born: born ?? null, below: rows, more: Math.max(0, (all?.agents ?? 0) - rows.length) };
  });
}
