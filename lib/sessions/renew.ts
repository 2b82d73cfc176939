import { and, eq, isNull, sql } from "drizzle-orm";
import { session } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { publish } from "@/lib/live/publish";

/**
 * Puts a new session in the place of the caller's, which began with it and ends no later: whoever holds a copy of the old cookie is
 * out. For use inside a verb that says so in the audit; the door gives the browser the new cookie.
 */
export async function renewSession(tx: Tx, ctx: PersonCtx): Promise<string> {
  const [old] = await tx
    .update(session)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(session.id, ctx.actor.sessionId), isNull(session.revokedAt)))
    .returning({
      createdAt: session.createdAt, expiresAt: session.expiresAt, ip: session.ip, lastIp: session.lastIp, country: session.country, userAgent: session.userAgent, deviceId: session.deviceId, method: session.method, factor: session.factor, provedAt: session.provedAt,
    });
  if (!old) throw new AppError("unauthenticated", "This session has ended.", { hint: "Sign in again." });
  const id = newId();
  const { organizationId } = ctx;
  await tx.insert(session).values({ id, organizationId, personId: ctx.actor.id, lastSeenAt: new Date(), ...old });
  publish(tx, organizationId, `access:${ctx.actor.id}`);
  return id;
}
