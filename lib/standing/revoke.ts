import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { standingApproval } from "@/db/schema/standing";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";

export const RevokeStandingInput = z.strictObject({ id: z.uuid(), reason: cleanText({ min: 0, max: 500, lines: true }).default("") });
export type RevokeStandingInput = z.infer<typeof RevokeStandingInput>;

/**
 * Ends a standing approval at once, for the next request and for what it let go on and has not begun. Anybody who may decide there may.
 * @throws AppError `conflict` when it was revoked before.
 */
export async function revokeStanding(ctx: PersonCtx, input: RevokeStandingInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    const [row] = await tx.select().from(standingApproval).where(eq(standingApproval.id, input.id));
    if (!row) {
      authorizeAnywhere(tx, ctx, "approvals", "decide");
      throw notFound("standing approval");
    }
    authorize(tx, ctx, "approvals", "decide", { workspaceId: row.workspaceId, agentId: row.agentId });
    const [revoked] = await tx
      .update(standingApproval)
      .set({ revokedAt: sql`now()`, revokedBy: ctx.actor.id, revokeReason: input.reason })
      .where(and(eq(standingApproval.id, row.id), isNull(standingApproval.revokedAt)))
      .returning({ id: standingApproval.id });
    if (!revoked) throw conflict("It was revoked already.", "Load the page again.");
    return {
      value: { id: row.id },
      audit: {
        action: "standing.revoked",
        resource: { type: "standing approval", id: row.id, name: `${row.tool} ${row.operation}`, workspaceId: row.workspaceId },
        details: { agentId: row.agentId, approvalId: row.approvalId, reason: input.reason, usesTaken: row.usesTaken, usesMost: row.usesMost },
      },
    };
  });
}
