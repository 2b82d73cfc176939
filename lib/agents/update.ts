import { eq } from "drizzle-orm";
import { z } from "zod";
import { agent, agentKinds } from "@/db/schema/agent";
import { authorize } from "@/lib/ability/authorize";
import type { Json } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { transact } from "@/lib/transact";
import { requireOpenProject } from "@/lib/workspaces/load";
import { agentDescription, agentName, optionalId } from "./input";
import { refusalOf, requireManager, requirePerson } from "./references";

export const UpdateAgentInput = z.strictObject({
  id: z.uuid(),
  name: agentName,
  description: agentDescription.default(""),
  kind: z.enum(agentKinds),
  /** A project of the workspace that it is in: an agent does not change its workspace. */
  projectId: z.uuid("choose a project"),
  ownerId: z.uuid("choose the person who answers for it"),
  managerPersonId: optionalId,
  managerAgentId: optionalId,
});
export type UpdateAgentInput = z.input<typeof UpdateAgentInput>;

/** Changes who an agent is and who answers for it. What it may do is changed with its policy. */
export async function updateAgent(ctx: Ctx, input: UpdateAgentInput): Promise<{ id: string }> {
  const manager = { personId: input.managerPersonId || null, agentId: input.managerAgentId || null };
  try {
    return await transact(ctx, async (tx) => {
      const [found] = await tx.select().from(agent).where(eq(agent.id, input.id)).for("update");
      if (!found) throw notFound("agent");
      authorize(tx, ctx, "agents", "update", { workspaceId: found.workspaceId, agentId: found.id });
      if (found.status === "retired") throw conflict("This agent is retired; it no longer changes.");
      if (input.projectId !== found.projectId) await requireOpenProject(tx, found.workspaceId, input.projectId);
      if (input.ownerId !== found.ownerId) await requirePerson(tx, ctx, { for: "update", id: input.ownerId, field: "ownerId" });
      const asBefore = manager.personId === found.managerPersonId && manager.agentId === found.managerAgentId;
      if (!asBefore) await requireManager(tx, ctx, { for: "update", ...manager });
      const after = {
        name: input.name,
        description: input.description ?? "",
        kind: input.kind,
        projectId: input.projectId,
        ownerId: input.ownerId,
        managerPersonId: manager.personId,
        managerAgentId: manager.agentId,
      };
      await tx.update(agent).set(after).where(eq(agent.id, found.id));
      return {
        value: { id: found.id },
        audit: {
          action: "agents.updated",
          resource: { type: "agent", id: found.id, name: input.name, workspaceId: found.workspaceId },
          details: { changes: changesBetween(found, after) },
        },
      };
    });
  } catch (error) {
    throw refusalOf(error);
  }
}

function changesBetween(before: Record<string, unknown>, after: Record<string, string | null>): Json {
  return Object.entries(after)
    .filter(([field, value]) => before[field] !== value)
    .map(([field, value]) => ({ field, before: typeof before[field] === "string" ? before[field] : null, after: value }));
}
