import { z } from "zod";
import { authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict } from "@/lib/errors";
import { read } from "@/lib/transact";
import { acceptedKinds } from "./accepted";
import { deliverCode, type Delivered } from "./deliver";
import { factorsOf, weakKinds } from "./factors";

export const SendCodeInput = z.strictObject({ kind: z.enum(weakKinds) });
export type SendCodeInput = z.infer<typeof SendCodeInput>;

/** Sends the caller a code, to prove in this session that it is them, where their organization takes one for it. */
export async function sendCode(ctx: PersonCtx, { kind }: SendCodeInput): Promise<Delivered> {
  const { id, email, sessionId } = ctx.actor;
  const factor = await read(ctx, async (tx) => {
    authorizeSelf(tx, ctx, id);
    if (!(await acceptedKinds(tx, id, "fresh_proof")).includes(kind)) return null;
    return (await factorsOf(tx, id)).findLast((each) => each.kind === kind) ?? null;
  });
  if (!factor) throw conflict("Such a code is no proof here.", "Use another way.");
  const place = { organizationId: ctx.organizationId, personId: id, boundTo: sessionId };
  return deliverCode({ ctx, place, factor, person: { id, email }, allow: (tx) => authorizeSelf(tx, ctx, id) });
}
