import { z } from "zod";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import type { RequestInfo } from "@/lib/ctx/person";
import { systemCtx } from "@/lib/ctx/system";
import { conflict } from "@/lib/errors";
import { read } from "@/lib/transact";
import { acceptedKinds } from "./accepted";
import { ended } from "./complete-sign-in";
import { deliverCode, type Delivered } from "./deliver";
import { factorsOf, weakKinds } from "./factors";
import { findPending, lockPending } from "./pending";

export const SendSecondStepInput = z.strictObject({ kind: z.enum(weakKinds) });
export type SendSecondStepInput = z.infer<typeof SendSecondStepInput>;

/**
 * Sends a code for the second step of a sign-in, to whose password was right.
 * @throws AppError `gone` when there is nothing to complete; `conflict` where such a code would not be taken; `rate_limited`.
 */
export async function sendSecondStep(info: RequestInfo, token: string, { kind }: SendSecondStepInput): Promise<Delivered> {
  const found = await findPending(token);
  if (!found) throw ended();
  const ctx = systemCtx("sign-in", found.organizationId, info);
  const allow = (tx: Tx) => authorize(tx, ctx, "sessions", "view", { workspaceId: null });
  const waiting = await read(ctx, async (tx) => {
    allow(tx);
    const row = await lockPending(tx, found.id);
    if (!row) return null;
    const isTaken = (await acceptedKinds(tx, row.personId, "sign_in")).includes(kind);
    return { row, factor: (isTaken && (await factorsOf(tx, row.personId)).findLast((each) => each.kind === kind)) || null };
  });
  if (!waiting) throw ended();
  const { row, factor } = waiting;
  if (!factor) throw conflict("Such a code is not taken here.", "Use another way.");
  const place = { organizationId: found.organizationId, personId: row.personId, boundTo: row.id };
  return deliverCode({ ctx, place, factor, person: { id: row.personId, email: row.email }, allow });
}
