import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { approval, approvalStatuses } from "@/db/schema/action";
import { lease } from "@/db/schema/lease";
import { authorize } from "@/lib/ability/authorize";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { read } from "@/lib/transact";
import { signLease, tokenHash } from "./token";

export const GetLeaseRequestInput = z.strictObject({ id: z.uuid() });
export type GetLeaseRequestInput = z.infer<typeof GetLeaseRequestInput>;

/** A request for a lease as the agent that asked sees it. */
export const LeaseRequestView = z.object({
  id: z.uuid(),
  status: z.enum(approvalStatuses),
  reason: z.string(),
  decisionReason: z.string().nullable(),
  tools: z.array(z.string()),
  operations: z.array(z.string()).nullable(),
  resources: z.array(z.string()).nullable(),
  domains: z.array(z.string()),
  maxUses: z.int(),
  costEachMicros: z.int(),
  costTotalMicros: z.int(),
  lifeSeconds: z.int(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** Once it is approved. The token is good for this agent alone, and is shown with an action. */
  lease: z.object({ id: z.uuid(), token: z.string().nullable(), usesLeft: z.int(), expiresAt: z.iso.datetime(), revoked: z.boolean() }).nullable(),
});
export type LeaseRequestView = z.infer<typeof LeaseRequestView>;

/** What became of a request that this agent made, with the lease when it was issued. @throws AppError `not_found`. */
export async function getLeaseRequest(ctx: AgentCtx, { id }: GetLeaseRequestInput): Promise<LeaseRequestView> {
  const found = await read(ctx, async (tx) => {
    authorize(tx, ctx, "approvals", "request", { workspaceId: ctx.actor.workspaceId, agentId: ctx.actor.id });
    const [row] = await tx
      .select({ asked: approval, issued: lease })
      .from(approval)
      .leftJoin(lease, eq(lease.approvalId, approval.id))
      .where(and(eq(approval.id, id), eq(approval.kind, "access"), eq(approval.requesterAgentId, ctx.actor.id)));
    return row;
  });
  const { asked, issued } = found ?? {};
  if (!asked?.leaseRequest) throw notFound("lease request");
  const { agentId: _own, ...scope } = asked.leaseRequest;
  return {
    id: asked.id,
    status: asked.status === "pending" && asked.expiresAt <= new Date() ? "expired" : asked.status,
    reason: asked.reason,
    decisionReason: asked.decisionReason,
    ...scope,
    createdAt: asked.createdAt.toISOString(),
    expiresAt: asked.expiresAt.toISOString(),
    lease: issued ? { id: issued.id, token: await tokenOf(issued), usesLeft: issued.maxUses - issued.uses, expiresAt: issued.expiresAt.toISOString(), revoked: issued.revokedAt !== null } : null,
  };
}

/** Made again of the row; null where it has ended, or the key that signed it was replaced. */
async function tokenOf(issued: typeof lease.$inferSelect): Promise<string | null> {
  if (issued.revokedAt || issued.expiresAt <= new Date()) return null;
  const token = await signLease(issued);
  return tokenHash(token).equals(issued.tokenHash) ? token : null;
}
