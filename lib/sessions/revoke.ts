import { and, eq, isNull, ne, sql } from "drizzle-orm";
import { z } from "zod";
import { person, session } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { authorize, authorizeSelf } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { conflict, notFound } from "@/lib/errors";
import { publish } from "@/lib/live/publish";
import { transact } from "@/lib/transact";
import { deviceName } from "./device";

export const RevokeSessionInput = z.strictObject({ id: z.uuid() });
export type RevokeSessionInput = z.infer<typeof RevokeSessionInput>;

/** Ends one session, one's own or anybody's by `sessions.revoke`: its next request is refused. */
export async function revokeSession(ctx: PersonCtx, { id }: RevokeSessionInput): Promise<{ id: string }> {
  return transact(ctx, async (tx) => {
    const [found] = await tx
      .select({ personId: session.personId, email: person.email, userAgent: session.userAgent })
      .from(session)
      .innerJoin(person, eq(person.id, session.personId))
      .where(eq(session.id, id));
    if (found?.personId === ctx.actor.id) authorizeSelf(tx, ctx, ctx.actor.id);
    else authorize(tx, ctx, "sessions", "revoke", { workspaceId: null });
    if (!found) throw notFound("session");
    const ended = await tx.update(session).set({ revokedAt: sql`now()` }).where(and(eq(session.id, id), isNull(session.revokedAt))).returning({ id: session.id });
    if (ended.length === 0) throw conflict("This session has ended already.");
    publish(tx, ctx.organizationId, `access:${found.personId}`);
    const resource = { type: "session", id, name: found.email };
    return { value: { id }, audit: { action: "sessions.revoked", resource, details: { person: found.personId, device: deviceName(found.userAgent) } } };
  });
}

/** Ends the caller's sessions except the one that asks; how many. For use inside a verb that says so in the audit. */
export async function endOtherSessions(tx: Tx, ctx: PersonCtx): Promise<number> {
  const ended = await tx
    .update(session)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(session.personId, ctx.actor.id), ne(session.id, ctx.actor.sessionId), isNull(session.revokedAt)))
    .returning({ id: session.id });
  publish(tx, ctx.organizationId, `access:${ctx.actor.id}`);
  return ended.length;
}
