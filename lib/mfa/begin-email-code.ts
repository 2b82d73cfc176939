import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { factor } from "@/db/schema/factor";
import { authorizeSelf } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { newId } from "@/lib/id";
import { transact } from "@/lib/transact";
import { requireRoom } from "./begin-totp";
import { deliverSetUp, type SentSetUp } from "./deliver-set-up";
import { requireFreshProof } from "./fresh-proof";
import { requireOffered } from "./offered-kinds";

export const BeginEmailCodeInput = z.strictObject({});
export type BeginEmailCodeInput = z.infer<typeof BeginEmailCodeInput>;

/** Begins to set up codes by mail for the caller, to their proven address. They do not count before one of them was typed. */
export async function beginEmailCode(ctx: PersonCtx): Promise<SentSetUp> {
  const { id: personId } = ctx.actor;
  const stored = await transact(ctx, async (tx) => {
    authorizeSelf(tx, ctx, personId);
    await requireOffered(tx, "email");
    const open = and(eq(factor.personId, personId), eq(factor.kind, "email"), isNull(factor.removedAt));
    const [known] = await tx.select().from(factor).where(open).limit(1);
    if (known?.confirmedAt) throw conflict("You have codes by mail already.");
    await requireFreshProof(tx, ctx, "factors.add", personId);
    if (known) return { value: known, audit: noAudit("it was begun before") };
    await requireRoom(tx, personId);
    const [made] = await tx.insert(factor).values({ id: newId(), organizationId: ctx.organizationId, personId, kind: "email", name: "Codes by mail" }).returning();
    if (!made) throw new Error("the factor was not kept");
    return { value: made, audit: noAudit("it counts for nothing until it is confirmed") };
  });
  return deliverSetUp(stored, ctx);
}
