import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { factor } from "@/db/schema/factor";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { notify } from "@/lib/notices/notify";
import { authorizeOver, loadMember } from "@/lib/people/member";
import { transact } from "@/lib/transact";
import { requireFreshProof } from "./fresh-proof";
import { endRecoveryCodes } from "./recovery";
import { forgetDevices } from "./remembered";

export const ResetFactorsInput = z.strictObject({ id: z.uuid() });
export type ResetFactorsInput = z.infer<typeof ResetFactorsInput>;

/**
 * Removes all second factors of somebody who lost them, and their recovery codes: their password signs them in again. Nobody
 * does it for a role above their own, nor for themself without a factor. The person is told.
 */
export async function resetFactors(ctx: PersonCtx, { id }: ResetFactorsInput): Promise<{ removed: number }> {
  return transact(ctx, async (tx) => {
    authorize(tx, ctx, "sessions", "revoke", { workspaceId: null });
    const member = await loadMember(tx, ctx, id);
    authorizeOver(tx, ctx, "update_role", member.grants);
    if (id === ctx.actor.id) throw conflict("These are your own.", "Remove them under My account.");
    await requireFreshProof(tx, ctx, "factors.reset", id);
    const removed = await tx
      .update(factor)
      .set({ removedAt: sql`now()`, secret: null })
      .where(and(eq(factor.personId, id), isNull(factor.removedAt)))
      .returning({ id: factor.id });
    if (removed.length === 0) throw conflict(`${member.name} has no second factor.`);
    await endRecoveryCodes(tx, id);
    await forgetDevices(tx, id);
    await notify(tx, ctx.organizationId, {
      personIds: [id],
      dedupeKey: `factors-reset:${removed[0]?.id ?? id}`,
      title: `${ctx.actor.name} removed your second factors`,
      body: "Your password alone signs you in now. Set a new one up; and if you did not ask for it, tell another admin.",
      href: "/account",
    });
    const resource = { type: "person", id, name: member.email };
    return { value: { removed: removed.length }, audit: { action: "people.factor_removed", resource, details: { reset: true, factors: removed.map((each) => each.id) }, severity: "warning" } };
  });
}
