import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { approval } from "@/db/schema/action";
import { narrowing } from "@/db/schema/narrowing";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { publish } from "@/lib/live/publish";
import { transact } from "@/lib/transact";
import { lockAction } from "./end-action";
import { approvalName, selectApproval } from "./row";

/** `id`: the request's. */
export const WithdrawNarrowingInput = z.strictObject({ id: z.uuid() });
export type WithdrawNarrowingInput = z.infer<typeof WithdrawNarrowingInput>;

/**
 * Takes back what was offered to the agent and not answered yet, by anybody who may decide there: the request waits again as it was asked.
 * @throws AppError `conflict` once the agent has answered.
 */
export async function withdrawNarrowing(ctx: PersonCtx, input: WithdrawNarrowingInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    authorizeAnywhere(tx, ctx, "approvals", "view");
    const row = await selectApproval(tx, input.id);
    if (!row) throw notFound("request");
    authorize(tx, ctx, "approvals", "decide", { workspaceId: row.workspaceId, agentId: row.agentId });
    await lockAction(tx, row.actionId);
    const [withdrawn] = await tx
      .update(narrowing)
      .set({ status: "withdrawn", answeredAt: sql`now()` })
      .where(and(eq(narrowing.approvalId, row.id), eq(narrowing.status, "offered")))
      .returning({ id: narrowing.id, actionId: narrowing.actionId, digestAfter: narrowing.digestAfter });
    if (!withdrawn) throw conflict("Nothing is offered to the agent any more.", "Load the request again.");
    await tx.update(approval).set({ narrowingId: null }).where(eq(approval.id, row.id));
    publish(tx, ctx.organizationId, "approvals");
    publish(tx, ctx.organizationId, `action:${withdrawn.actionId}`);
    return {
      value: { id: row.id },
      audit: {
        action: "approvals.narrowing_withdrawn",
        resource: { type: "approval", id: row.id, name: approvalName(row), workspaceId: row.workspaceId },
        details: { narrowingId: withdrawn.id, actionId: withdrawn.actionId, digest: row.digest.toString("hex"), offeredDigest: withdrawn.digestAfter.toString("hex") },
      },
    };
  });
}
