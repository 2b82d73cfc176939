import { authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { deliverCode } from "./deliver";
import type { StoredFactor } from "./factors";

/** A factor that waits for the code that went to `to`. */
export type SentSetUp = { id: string; to: string };

/** Sends the code that confirms a factor of the caller: bound to that factor, so that it proves nothing else. */
export async function deliverSetUp(stored: StoredFactor, ctx: PersonCtx): Promise<SentSetUp> {
  const { id: personId, email } = ctx.actor;
  const place = { organizationId: ctx.organizationId, personId, boundTo: stored.id };
  const { to } = await deliverCode({ ctx, place, factor: stored, person: { id: personId, email }, allow: (tx) => authorizeSelf(tx, ctx, personId) });
  return { id: stored.id, to };
}
