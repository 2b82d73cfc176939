import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { person } from "@/db/schema/people";
import { ssoLogin } from "@/db/schema/sso";
import { authorizeSystem } from "@/lib/ability/authorize";
import { NotAdmitted } from "@/lib/auth/not-admitted";
import { openSession } from "@/lib/auth/open-session";
import { hashToken, tokenSchema } from "@/lib/auth/token";
import type { RequestInfo } from "@/lib/ctx/person";
import { systemCtx } from "@/lib/ctx/system";
import { AppError } from "@/lib/errors";
import { OutsideNetwork } from "@/lib/network/outside-sign-in";
import { transact } from "@/lib/transact";
import { findConnection, organizationOf } from "./connection";

/** A connection's id and the token, so that its organization is known before anything of it is read. */
const Ticket = z.string().transform((text) => text.split(".")).pipe(z.tuple([z.uuid(), tokenSchema]));

/**
 * Opens a session for the ticket that an identity provider's answer led to; once, and within a minute.
 * @throws AppError `unauthenticated`, for whatever is not such a ticket.
 */
export async function redeemTicket(info: RequestInfo, ticket: string | null): Promise<{ sessionId: string; email: string }> {
  const read = Ticket.safeParse(ticket);
  if (!read.success) throw refused();
  const [connectionId, token] = read.data;
  const organizationId = await organizationOf(connectionId);
  if (!organizationId) throw refused();
  const ctx = systemCtx("sign-in", organizationId, info);
  return transact<{ sessionId: string; email: string }>(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "sessions", "view");
    const { kind } = await findConnection(tx, connectionId);
    const [used] = await tx
      .update(ssoLogin)
      .set({ usedAt: sql`now()` })
      .where(and(eq(ssoLogin.connectionId, connectionId), eq(ssoLogin.ticketHash, hashToken(token)), isNull(ssoLogin.usedAt), gt(ssoLogin.ticketExpiresAt, sql`now()`)))
      .returning({ personId: ssoLogin.personId });
    const [who] = used?.personId ? await tx.select({ id: person.id, email: person.email, name: person.name }).from(person).where(eq(person.id, used.personId)) : [];
    if (!who) throw new NotAdmitted();
    const opened = await openSession(tx, ctx, who, { method: kind, while: sql`true` });
    return { value: { sessionId: opened.sessionId, email: who.email }, audit: opened.audit, send: opened.send };
  }).catch(async (error: unknown) => {
    if (error instanceof NotAdmitted) await error.record();
    if (error instanceof OutsideNetwork) throw await error.told();
    if (error instanceof NotAdmitted || (error instanceof AppError && error.code === "not_found")) throw refused();
    throw error;
  });
}

function refused(): AppError {
  return new AppError("unauthenticated", "This sign-in is over.", { hint: "Begin again." });
}
