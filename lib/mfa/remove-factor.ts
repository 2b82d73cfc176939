import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { factor } from "@/db/schema/factor";
import type { Tx } from "@/db/tenant";
import { authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { notify } from "@/lib/notices/notify";
import { loadSecuritySetting } from "@/lib/security/load";
import { transact } from "@/lib/transact";
import { selectMissingFactorDue } from "./due";
import { type FactorKind, factorsOf, isWeak } from "./factors";
import { requireFreshProof } from "./fresh-proof";
import { endRecoveryCodes } from "./recovery";
import { forgetDevices } from "./remembered";

export const RemoveFactorInput = z.strictObject({ id: z.uuid() });
export type RemoveFactorInput = z.infer<typeof RemoveFactorInput>;

/** Removes a factor of the caller, and its secret. Recovery codes end with the last one. */
export async function removeFactor(ctx: PersonCtx, { id }: RemoveFactorInput): Promise<{ left: number }> {
  const { id: personId, email } = ctx.actor;
  return transact(ctx, async (tx) => {
    authorizeSelf(tx, ctx, personId);
    const [removed] = await tx
      .update(factor)
      .set({ removedAt: sql`now()`, secret: null })
      .where(and(eq(factor.id, id), eq(factor.personId, personId), isNotNull(factor.confirmedAt), isNull(factor.removedAt)))
      .returning({ kind: factor.kind, name: factor.name });
    if (!removed) throw notFound("factor of yours");
    await requireFreshProof(tx, ctx, "factors.remove", id);
    const left = (await factorsOf(tx, personId)).length;
    const [missing] = await selectMissingFactorDue(tx, sql`${personId}`);
    if (missing?.at && (await metBy(tx, removed.kind))) throw conflict("Your role needs a second factor, and this is your last one.", "Add another one first.");
    if (left === 0) await endRecoveryCodes(tx, personId);
    await forgetDevices(tx, personId);
    await notify(tx, ctx.organizationId, {
      personIds: [personId],
      dedupeKey: `factor-removed:${id}`,
      title: `“${removed.name}” was removed from your account`,
      body: left === 0 ? "Your password alone signs you in now. If it was not you, tell an admin now." : "If it was not you, tell an admin now.",
      href: "/account",
    });
    const resource = { type: "person", id: personId, name: email };
    return { value: { left }, audit: { action: "people.factor_removed", resource, details: { factor: id, ...removed, left } } };
  });
}

/** Whether a factor of this kind met the rule of a role: whoever did not meet it before may still take it away. */
async function metBy(tx: Tx, kind: FactorKind): Promise<boolean> {
  return !isWeak(kind) || (await loadSecuritySetting(tx)).weakFactorsCount;
}
