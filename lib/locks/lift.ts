import { and, eq, gt, isNull, or, sql } from "drizzle-orm";
import { z } from "zod";
import { lock } from "@/db/schema/lock";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { publish } from "@/lib/live/publish";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { cleanText } from "@/lib/text";
import { transact } from "@/lib/transact";
import { authorizeLock } from "./authorize-lock";
import { refuseOwnLockOut } from "./guard";
import { bumpHolders } from "./stop";

export const LiftLockInput = z.strictObject({ id: z.uuid(), reason: cleanText({ max: 500, lines: true }) });
export type LiftLockInput = z.infer<typeof LiftLockInput>;

/**
 * Ends a lock before its time. What it stopped does not come back by itself: people sign in again, agents ask again; only
 * requests that wait can be decided again.
 * @throws AppError `forbidden` for a lock of who may more than the caller; `conflict` when it has ended.
 */
export async function liftLock(ctx: PersonCtx, { id, reason }: LiftLockInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    const [found] = await tx.select().from(lock).where(eq(lock.id, id));
    if (!found) {
      authorizeAnywhere(tx, ctx, "approvals", "decide");
      throw notFound("lock");
    }
    await authorizeLock(tx, ctx, found);
    if (found.byOrganization) authorize(tx, ctx, "settings", "update", { workspaceId: null });
    // Whom it stops cannot come this far; if they could, it would not be for them to lift it.
    await refuseOwnLockOut(tx, ctx, found);
    await requireFreshProof(tx, ctx, "locks.lift", id);
    const [lifted] = await tx
      .update(lock)
      .set({ endedAt: sql`now()`, endedBy: ctx.actor.id, endReason: reason })
      .where(and(eq(lock.id, id), isNull(lock.endedAt), or(isNull(lock.until), gt(lock.until, sql`now()`))))
      .returning({ id: lock.id });
    if (!lifted) throw conflict("This lock has ended already.", "Load the page again.");
    if (found.kind === "role") await bumpHolders(tx, ctx.organizationId, found.target);
    publish(tx, ctx.organizationId, "approvals");
    const resource = { type: "lock", id, name: `${found.kind} ${found.name}`, workspaceId: found.workspaceId };
    return { value: { id }, audit: { action: "locks.lifted", resource, details: { reason, message: found.message, placedBy: found.placedBy, target: found.target } } };
  });
}
