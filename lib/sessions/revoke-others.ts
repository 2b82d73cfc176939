import { z } from "zod";
import { authorizeSelf } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { endOtherSessions } from "./revoke";

export const RevokeOtherSessionsInput = z.strictObject({});
export type RevokeOtherSessionsInput = z.infer<typeof RevokeOtherSessionsInput>;

/** Signs the caller out everywhere but here. */
export async function revokeOtherSessions(ctx: PersonCtx): Promise<{ ended: number }> {
  return transact(ctx, async (tx) => {
    authorizeSelf(tx, ctx, ctx.actor.id);
    const ended = await endOtherSessions(tx, ctx);
    if (ended === 0) return { value: { ended }, audit: noAudit("there was no other session") };
    const resource = { type: "person", id: ctx.actor.id, name: ctx.actor.email };
    return { value: { ended }, audit: { action: "sessions.revoked", resource, details: { ended, kept: ctx.actor.sessionId } } };
  });
}
