import { and, asc, eq, lte, sql } from "drizzle-orm";
import { approval } from "@/db/schema/action";
import { authorizeSystem } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { Ctx } from "@/lib/ctx/ctx";
import { publish } from "@/lib/live/publish";
import { read, transact } from "@/lib/transact";
import { endWaitingAction, lockAction } from "./end-action";
import { approvalName, selectApproval } from "./row";
import { tellRequester } from "./tell-requester";

const atMost = 500;

/**
 * Ends what nobody decided in time, in denial: the oldest 500 of an organization. Gives how many; call again while it is
 * as many. Safe to call from several places at once.
 */
export async function expireApprovals(ctx: Ctx): Promise<number> {
  const due = await read(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "approvals", "decide");
    return tx
      .select({ id: approval.id })
      .from(approval)
      .where(and(eq(approval.status, "pending"), lte(approval.expiresAt, sql`now()`)))
      .orderBy(asc(approval.createdAt), asc(approval.id))
      .limit(atMost);
  });
  let expired = 0;
  for (const { id } of due) if (await expireOne(ctx, id)) expired += 1;
  return expired;
}

/** One transaction each, so that one that cannot be ended does not keep the others open. */
async function expireOne(ctx: Ctx, id: string): Promise<boolean> {
  const { organizationId } = ctx;
  return transact<boolean>(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "approvals", "decide");
    const row = await selectApproval(tx, id);
    await lockAction(tx, row?.actionId ?? null);
    const [ended] = await tx
      .update(approval)
      .set({ status: "expired" })
      .where(and(eq(approval.id, id), eq(approval.status, "pending"), lte(approval.expiresAt, sql`now()`)))
      .returning({ id: approval.id });
    if (!row || !ended) return { value: false, audit: noAudit("it was decided meanwhile") };
    const runReason = "Nobody decided in time.";
    const follow = row.actionId ? await endWaitingAction(tx, organizationId, row.actionId, { status: "expired", runReason }) : [];
    await tellRequester(tx, organizationId, row, "expired", "It ended in denial; the same can be asked for again.");
    publish(tx, organizationId, "approvals");
    return {
      value: true,
      audit: {
        action: "approvals.expired",
        resource: { type: "approval", id, name: approvalName(row), workspaceId: row.workspaceId },
        details: { kind: row.kind, digest: row.digest.toString("hex"), policyVersion: row.policyVersion, amountMicros: row.amountMicros, actionId: row.actionId, expiredAt: row.expiresAt.toISOString() },
        approval: { id, required: true, policyVersion: row.policyVersion },
      },
      send: [{ name: "approval/decided", data: { organizationId, approvalId: id } }, ...follow],
    };
  });
}
