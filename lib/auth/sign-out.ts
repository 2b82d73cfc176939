import { and, eq, isNull, sql } from "drizzle-orm";
import { session } from "@/db/schema/people";
import { authorizeSelf } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { publish } from "@/lib/live/publish";
import { transact } from "@/lib/transact";

/** Ends the caller's own session; its cookie is worth nothing afterwards. */
export async function signOut(ctx: PersonCtx): Promise<void> {
  const { id, email, sessionId } = ctx.actor;
  await transact(ctx, async (tx) => {
    authorizeSelf(tx, ctx, id);
    const ended = await tx
      .update(session)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(session.id, sessionId), isNull(session.revokedAt)))
      .returning({ id: session.id });
    publish(tx, ctx.organizationId, `access:${id}`);
    if (ended.length === 0) return { value: undefined, audit: noAudit("the session had ended already") };
    return { value: undefined, audit: { action: "sessions.signed_out", resource: { type: "session", id: sessionId, name: email } } };
  });
}
