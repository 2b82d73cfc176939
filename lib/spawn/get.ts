import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { approval, approvalStatuses } from "@/db/schema/action";
import { agent, agentKinds, agentStatuses } from "@/db/schema/agent";
import { spawnRequest } from "@/db/schema/spawn";
import { authorize } from "@/lib/ability/authorize";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { PolicyContent } from "@/lib/policies/content";
import { read } from "@/lib/transact";

export const GetSpawnRequestInput = z.strictObject({ id: z.uuid() });
export type GetSpawnRequestInput = z.infer<typeof GetSpawnRequestInput>;

/** A request for a child as its parent sees it. Who decided is the organization's own business. */
export const SpawnRequestView = z.object({
  id: z.uuid(),
  status: z.enum(approvalStatuses),
  name: z.string(),
  kind: z.enum(agentKinds),
  purpose: z.string(),
  policy: PolicyContent,
  scopes: z.array(z.string()),
  budgetMicros: z.int(),
  /** The child; null until it is approved. */
  agent: z.object({ id: z.uuid(), status: z.enum(agentStatuses) }).nullable(),
  /** Whether its key was fetched. */
  claimed: z.boolean(),
  decisionReason: z.string().nullable(),
  createdAt: z.iso.datetime(),
  /** Until when a person may decide. */
  expiresAt: z.iso.datetime(),
  /** The child's last moment. */
  endsAt: z.iso.datetime(),
});
export type SpawnRequestView = z.infer<typeof SpawnRequestView>;

/** What became of a request that this agent made. @throws AppError `not_found`. */
export async function getSpawnRequest(ctx: AgentCtx, input: GetSpawnRequestInput): Promise<SpawnRequestView> {
  return read(ctx, async (tx) => {
    authorize(tx, ctx, "approvals", "request", { workspaceId: ctx.actor.workspaceId, agentId: ctx.actor.id });
    const [row] = await tx
      .select({ asked: spawnRequest, approval, child: { id: agent.id, status: agent.status } })
      .from(spawnRequest)
      .innerJoin(approval, eq(approval.id, spawnRequest.approvalId))
      .leftJoin(agent, eq(agent.id, spawnRequest.childId))
      .where(and(eq(spawnRequest.id, input.id), eq(spawnRequest.parentId, ctx.actor.id)));
    if (!row) throw notFound("spawn request");
    const { asked } = row;
    return {
      id: asked.id,
      status: row.approval.status === "pending" && row.approval.expiresAt <= new Date() ? "expired" : row.approval.status,
      name: asked.name,
      kind: asked.kind,
      purpose: asked.purpose,
      policy: PolicyContent.parse(asked.policy),
      scopes: asked.scopes,
      budgetMicros: asked.budgetMicros,
      agent: row.child,
      claimed: asked.claimedAt !== null,
      decisionReason: row.approval.decisionReason,
      createdAt: asked.createdAt.toISOString(),
      expiresAt: row.approval.expiresAt.toISOString(),
      endsAt: asked.endsAt.toISOString(),
    };
  });
}
