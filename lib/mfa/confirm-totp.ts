import { z } from "zod";
import { authorizeSelf } from "@/lib/ability/authorize";
import { factorGates, pass, succeed } from "@/lib/auth/throttle";
import { noAudit } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { transact } from "@/lib/transact";
import { loadBegun } from "./begun";
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
    const found = await loadBegun(tx, ctx.actor.id, id, ["totp"]);
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
