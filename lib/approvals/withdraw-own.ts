import { and, eq, type SQL } from "drizzle-orm";
import { z } from "zod";
import { approval } from "@/db/schema/action";
import { spawnRequest } from "@/db/schema/spawn";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { publish } from "@/lib/live/publish";
import { transact } from "@/lib/transact";
import { approvalName, selectApproval } from "./row";

/** What an agent asks for besides actions: a child, a lease, more money. */
export const WithdrawOwnInput = z.strictObject({ id: z.uuid(), kind: z.enum(["spawn", "access", "budget"]) });
export type WithdrawOwnInput = z.infer<typeof WithdrawOwnInput>;

const words = { spawn: "spawn request", access: "lease request", budget: "budget request" } as const;

/**
 * An agent withdraws what it asked for and nobody has decided yet. What is withdrawn already stays so, and is answered the same.
 * @throws AppError `not_found`; `conflict` once it was decided or has expired.
 */
export async function withdrawOwn(ctx: AgentCtx, input: WithdrawOwnInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "approvals", "request", { workspaceId: ctx.actor.workspaceId, agentId: ctx.actor.id });
    const approvalId = await approvalOf(tx, ctx, input);
    const [cancelled] = await tx
      .update(approval)
      .set({ status: "cancelled" })
      .where(and(own(ctx, approvalId, input.kind), eq(approval.status, "pending")))
      .returning({ id: approval.id });
    const row = await selectApproval(tx, approvalId);
    if (!row) throw notFound(words[input.kind]);
    if (!cancelled && row.status === "cancelled") return { value: { id: input.id }, audit: noAudit("it was withdrawn before") };
    if (!cancelled) throw conflict(`This request is ${row.status} already.`, "Nothing is left to withdraw.");
    const { organizationId } = ctx;
    publish(tx, organizationId, "approvals");
    return {
      value: { id: input.id },
      audit: {
        action: "approvals.cancelled",
        resource: { type: "approval", id: row.id, name: approvalName(row), workspaceId: row.workspaceId },
        details: { kind: row.kind, digest: row.digest.toString("hex"), amountMicros: row.amountMicros, actionId: null },
      },
      send: [{ name: "approval/decided", data: { organizationId, approvalId: row.id } }],
    };
  });
}

async function approvalOf(tx: Tx, ctx: AgentCtx, { id, kind }: WithdrawOwnInput): Promise<string> {
  const [found] =
    kind === "spawn"
      ? await tx.select({ id: spawnRequest.approvalId }).from(spawnRequest).where(and(eq(spawnRequest.id, id), eq(spawnRequest.parentId, ctx.actor.id)))
      : await tx.select({ id: approval.id }).from(approval).where(own(ctx, id, kind));
  if (!found) throw notFound(words[kind]);
  return found.id;
}

function own(ctx: AgentCtx, id: string, kind: WithdrawOwnInput["kind"]): SQL | undefined {
  return and(eq(approval.id, id), eq(approval.kind, kind), eq(approval.requesterAgentId, ctx.actor.id));
}
