import { z } from "zod";
import { authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { read } from "@/lib/transact";
import { loadBegun } from "./begun";
import { deliverSetUp, type SentSetUp } from "./deliver-set-up";
import { weakKinds } from "./factors";

export const ResendSetUpInput = z.strictObject({ id: z.uuid() });
export type ResendSetUpInput = z.infer<typeof ResendSetUpInput>;

/** Sends another code for a factor that the caller sets up; the one before it ends. */
export async function resendSetUp(ctx: PersonCtx, { id }: ResendSetUpInput): Promise<SentSetUp> {
  const stored = await read(ctx, (tx) => {
    authorizeSelf(tx, ctx, ctx.actor.id);
    return loadBegun(tx, ctx.actor.id, id, weakKinds);
  });
  return deliverSetUp(stored, ctx);
}
