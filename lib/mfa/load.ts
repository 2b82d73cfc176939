import { authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { factorsOf, type FactorKind } from "./factors";
import { countRecoveryCodes } from "./recovery";

export type FactorRow = { id: string; kind: FactorKind; name: string; createdAt: Date; lastUsedAt: Date | null };

/** How the caller proves themself beside the password: their factors, and how many recovery codes they have left. */
export async function loadFactors(ctx: PersonCtx): Promise<{ factors: FactorRow[]; recoveryCodes: number }> {
  const personId = ctx.actor.id;
  return read(ctx, async (tx) => {
    authorizeSelf(tx, ctx, personId);
    const rows = await factorsOf(tx, personId);
    const factors = rows.map(({ id, kind, name, createdAt, lastUsedAt }) => ({ id, kind, name, createdAt, lastUsedAt }));
    return { factors, recoveryCodes: await countRecoveryCodes(tx, personId) };
  });
}
