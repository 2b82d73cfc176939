import { and, eq, isNotNull, isNull } from "drizzle-orm";
import { factor } from "@/db/schema/factor";
import { person } from "@/db/schema/people";
import { authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { factorsOf, type FactorKind, type WeakKind } from "./factors";
import { offeredKinds } from "./offered-kinds";
import { countRecoveryCodes } from "./recovery";

/** `isTaken`: the organization allows its kind now. */
export type FactorRow = { id: string; kind: FactorKind; name: string; createdAt: Date; lastUsedAt: Date | null; isTaken: boolean };
/** `offered`: codes that may be set up besides; `address`: where those by mail go, if it is proven. */
export type OwnFactors = { factors: FactorRow[]; recoveryCodes: number; offered: WeakKind[]; address: string | null };

/** How the caller proves themself beside the password: their factors, and how many recovery codes they have left. */
export async function loadFactors(ctx: PersonCtx): Promise<OwnFactors> {
  const personId = ctx.actor.id;
  return read(ctx, async (tx) => {
    authorizeSelf(tx, ctx, personId);
    const taken = new Set((await factorsOf(tx, personId)).map(({ id }) => id));
    const rows = await tx
      .select({ id: factor.id, kind: factor.kind, name: factor.name, createdAt: factor.createdAt, lastUsedAt: factor.lastUsedAt })
      .from(factor)
      .where(and(eq(factor.personId, personId), isNotNull(factor.confirmedAt), isNull(factor.removedAt)))
      .orderBy(factor.createdAt, factor.id);
    const factors = rows.map((row) => ({ ...row, isTaken: taken.has(row.id) }));
    const [own] = await tx.select({ email: person.email }).from(person).where(and(eq(person.id, personId), isNotNull(person.emailVerifiedAt)));
    return { factors, recoveryCodes: await countRecoveryCodes(tx, personId), offered: await offeredKinds(tx), address: own?.email ?? null };
  });
}
