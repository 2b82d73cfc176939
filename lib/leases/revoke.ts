import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { lease } from "@/db/schema/lease";
import { authorizeAny, authorizeAnywhere } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { scopeWords } from "./words";

export const RevokeLeaseInput = z.strictObject({ id: z.uuid(), reason: cleanText({ min: 3, max: 500, lines: true }) });
export type RevokeLeaseInput = z.infer<typeof RevokeLeaseInput>;

/**
 * Ends a lease before its time, for the next use and for what it let pass and has not begun. No fresh proof is asked, since
 * stopping must be quick; whoever decides requests there, or makes the policy, may.
 * @throws AppError `conflict` when it has ended.
 */
export async function revokeLease(ctx: PersonCtx, { id, reason }: RevokeLeaseInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    const [found] = await tx.select().from(lease).where(eq(lease.id, id)).for("update");
    if (!found) {
      authorizeAnywhere(tx, ctx, "approvals", "decide");
      throw notFound("lease");
    }
    authorizeAny(tx, ctx, { workspaceId: found.workspaceId, agentId: found.agentId }, ["approvals", "decide"], ["policies", "update"]);
    const [revoked] = await tx
      .update(lease)
      // Not when the transaction began: a use that it waited for came before it, and must not look as if it came after.
      .set({ revokedAt: sql`clock_timestamp()`, revokedBy: ctx.actor.id, revokeReason: reason })
      .where(and(eq(lease.id, id), isNull(lease.revokedAt), gt(lease.expiresAt, sql`now()`)))
      .returning({ uses: lease.uses });
    if (!revoked) throw conflict(found.revokedAt ? "This lease was revoked already." : "This lease has ended already.");
    return {
      value: { id },
      audit: { action: "leases.revoked", resource: { type: "lease", id, name: scopeWords(found), workspaceId: found.workspaceId }, details: { jti: id, reason, uses: revoked.uses, agentId: found.agentId, issuedBy: found.issuedBy } },
    };
  });
}
