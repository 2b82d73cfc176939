import { z } from "zod";
import { authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { forgetDevices } from "@/lib/mfa/remembered";
import { transact } from "@/lib/transact";
import { renewSession } from "./renew";
import { endOtherSessions } from "./revoke";

export const RevokeOtherSessionsInput = z.strictObject({});
export type RevokeOtherSessionsInput = z.infer<typeof RevokeOtherSessionsInput>;

/** Signs the caller out everywhere but here, where the session is renewed: a copy of its cookie is out too. No browser is remembered any more. */
export async function revokeOtherSessions(ctx: PersonCtx): Promise<{ ended: number; sessionId: string }> {
  return transact(ctx, async (tx) => {
    authorizeSelf(tx, ctx, ctx.actor.id);
    const ended = await endOtherSessions(tx, ctx);
    await forgetDevices(tx, ctx.actor.id);
    const sessionId = await renewSession(tx, ctx);
    const resource = { type: "person", id: ctx.actor.id, name: ctx.actor.email };
    return { value: { ended, sessionId }, audit: { action: "sessions.revoked", resource, details: { ended, kept: sessionId } } };
  });
}
