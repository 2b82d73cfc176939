import { and, eq, isNotNull, isNull } from "drizzle-orm";
import { z } from "zod";
import { factor } from "@/db/schema/factor";
import { authorizeSelf } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import { seal } from "@/lib/auth/seal";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { newId } from "@/lib/id";
import { transact } from "@/lib/transact";
import { requireRoom } from "./begin-totp";
import { deliverSetUp, type SentSetUp } from "./deliver-set-up";
import { requireFreshProof } from "./fresh-proof";
import { masked } from "./masked";
import { requireOffered } from "./offered-kinds";
import { destinationOf, phonePurpose } from "./sent-code";

export const BeginSmsInput = z.strictObject({
  /** E.164, however it is grouped. */
  phone: z
    .string()
    .max(40)
    .transform((typed) => typed.replace(/[\s().\-/]/g, ""))
    .pipe(z.string().regex(/^\+[1-9]\d{6,14}$/, "is a number with its country's code, like +49 170 1234567")),
});
export type BeginSmsInput = z.infer<typeof BeginSmsInput>;

/**
 * Begins to set up a phone number of the caller, to which codes are sent. It does not count before one of them was typed, and
 * is shown nowhere whole. Another number is another factor, with a proof of its own.
 */
export async function beginSms(ctx: PersonCtx, { phone }: BeginSmsInput): Promise<SentSetUp> {
  const { id: personId } = ctx.actor;
  const stored = await transact(ctx, async (tx) => {
    authorizeSelf(tx, ctx, personId);
    await requireOffered(tx, "sms");
    const known = await tx.select().from(factor).where(and(eq(factor.personId, personId), eq(factor.kind, "sms"), isNotNull(factor.confirmedAt), isNull(factor.removedAt)));
    for (const each of known) if ((await destinationOf(tx, each)) === phone) throw conflict("You have this number already.");
    await requireFreshProof(tx, ctx, "factors.add", personId);
    await requireRoom(tx, personId);
    const id = newId();
    const [made] = await tx
      .insert(factor)
      .values({ id, organizationId: ctx.organizationId, personId, kind: "sms", name: masked(phone), secret: seal(phonePurpose, id, Buffer.from(phone)) })
      .returning();
    if (!made) throw new Error("the factor was not kept");
    return { value: made, audit: noAudit("it counts for nothing until it is confirmed") };
  });
  return deliverSetUp(stored, ctx);
}
