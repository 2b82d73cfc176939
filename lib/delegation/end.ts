import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { delegation } from "@/db/schema/presence";
import { authorize, authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { publish } from "@/lib/live/publish";
import { notify } from "@/lib/notices/notify";
import { transact } from "@/lib/transact";

export const EndDelegationInput = z.strictObject({ id: z.uuid() });
export type EndDelegationInput = z.infer<typeof EndDelegationInput>;

/**
 * Takes back a part in approvals at once, also one that has not begun: who gave it may, who has it may hand it back, and
 * anybody with `settings.update`. What was decided by it stays decided.
 * @throws AppError `conflict` when it is over.
 */
export async function endDelegation(ctx: PersonCtx, { id }: EndDelegationInput): Promise<{ id: string }> {
  const { id: me, name } = ctx.actor;
  return transact(ctx, async (tx) => {
    const [found] = await tx.select().from(delegation).where(eq(delegation.id, id));
    if (found && [found.fromPersonId, found.toPersonId].includes(me)) authorizeSelf(tx, ctx, me);
    else authorize(tx, ctx, "settings", "update", { workspaceId: null });
    if (!found) throw notFound("delegation");
    const ended = await tx
      .update(delegation)
      .set({ endedAt: sql`now()`, endedBy: me })
      .where(and(eq(delegation.id, id), isNull(delegation.endedAt), gt(delegation.endsAt, sql`now()`)))
      .returning({ id: delegation.id });
    if (ended.length === 0) throw conflict("It is over already.", "Load the page again.");
    await notify(tx, ctx.organizationId, {
      personIds: [found.fromPersonId, found.toPersonId].filter((one) => one !== me),
      dedupeKey: `delegation-ended:${id}`,
      title: `${name} ended a delegation`,
      body: "That part in approvals is its giver's alone again.",
      href: "/account",
    });
    publish(tx, ctx.organizationId, "approvals");
    const details = { from: found.fromPersonId, to: found.toPersonId, until: found.endsAt.toISOString() };
    return { value: { id }, audit: { action: "approvals.delegation_ended", resource: { type: "delegation", id, name: found.reason, workspaceId: found.workspaceId }, details } };
  });
}
