import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { factor } from "@/db/schema/factor";
import { authorizeSelf } from "@/lib/ability/authorize";
import { factorGates, pass, succeed } from "@/lib/auth/throttle";
import { noAudit } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, notFound } from "@/lib/errors";
import { transact } from "@/lib/transact";
import { setUpMs } from "./begin-totp";
import { confirmFactor, type Confirmed } from "./confirm-factor";
import { takeTotp } from "./totp";

export const ConfirmTotpInput = z.strictObject({
  id: z.uuid(),
  code: z.string().trim().regex(/^\d{3} ?\d{3}$/, "is the six digits that the app shows now").transform((typed) => typed.replace(" ", "")),
});
export type ConfirmTotpInput = z.infer<typeof ConfirmTotpInput>;

/**
 * Confirms an authenticator app with a code of it: from now on it counts. The first factor comes with recovery codes.
 * @throws AppError `invalid_input` for a wrong code; `not_found` for one that is not the caller's, or was begun too long ago.
 */
export async function confirmTotp(ctx: PersonCtx, { id, code }: ConfirmTotpInput): Promise<Confirmed> {
  const gates = factorGates(ctx.actor.id);
  const wait = await pass(gates);
  if (wait) throw new AppError("rate_limited", `Too many attempts. Try again in ${wait.seconds} seconds.`, { retryAfterSeconds: wait.seconds });
  const confirmed = await transact<Confirmed | null>(ctx, async (tx) => {
    authorizeSelf(tx, ctx, ctx.actor.id);
    const begun = gt(factor.createdAt, sql`now() - ${`${setUpMs} milliseconds`}::interval`);
    const [found] = await tx
      .select()
      .from(factor)
      .where(and(eq(factor.id, id), eq(factor.personId, ctx.actor.id), eq(factor.kind, "totp"), isNull(factor.confirmedAt), isNull(factor.removedAt), begun))
      .for("update");
    if (!found) throw notFound("authenticator to set up");
    if (!(await takeTotp(tx, found, code))) return { value: null, audit: noAudit("a code that was mistyped while setting up") };
    return confirmFactor(tx, ctx, found);
  });
  if (!confirmed) {
    throw new AppError("invalid_input", "The code was not accepted.", {
      fields: { code: "is not what the app shows now; see that the clock of the phone is right" },
    });
  }
  await succeed(gates);
  return confirmed;
}
