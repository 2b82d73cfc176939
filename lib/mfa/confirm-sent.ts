import { z } from "zod";
import { authorizeSelf } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import { factorGates, pass, succeed } from "@/lib/auth/throttle";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { transact } from "@/lib/transact";
import { loadBegun } from "./begun";
import { confirmFactor, type Confirmed } from "./confirm-factor";
import { weakKinds } from "./factors";
import { requireOffered } from "./offered-kinds";
import { sentCodeSchema, takeSentCode } from "./sent-code";

export const ConfirmSentInput = z.strictObject({ id: z.uuid(), code: sentCodeSchema });
export type ConfirmSentInput = z.infer<typeof ConfirmSentInput>;

/**
 * Confirms an address or number with the code that was sent to it: from now on it counts. The first factor comes with
 * recovery codes.
 * @throws AppError `invalid_input` for a wrong code; `not_found` for one that is not the caller's, or was begun too long ago; `rate_limited`.
 */
export async function confirmSent(ctx: PersonCtx, { id, code }: ConfirmSentInput): Promise<Confirmed> {
  const { id: personId } = ctx.actor;
  const gates = factorGates(personId);
  const wait = await pass(gates);
  if (wait) throw new AppError("rate_limited", `Too many attempts. Try again in ${wait.seconds} seconds.`, { retryAfterSeconds: wait.seconds });
  const confirmed = await transact<Confirmed | null>(ctx, async (tx) => {
    authorizeSelf(tx, ctx, personId);
    const found = await loadBegun(tx, personId, id, weakKinds);
    if (found.kind === "email" || found.kind === "sms") await requireOffered(tx, found.kind);
    const place = { organizationId: ctx.organizationId, personId, boundTo: id };
    if (!(await takeSentCode(tx, place, found, code))) return { value: null, audit: noAudit("a code that was mistyped while setting up") };
    return confirmFactor(tx, ctx, found);
  });
  if (!confirmed) throw new AppError("invalid_input", "The code was not accepted.", { fields: { code: "is not the last one that was sent, or is too old" } });
  await succeed(gates);
  return confirmed;
}
