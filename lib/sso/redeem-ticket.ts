import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { person } from "@/db/schema/people";
import { ssoLogin } from "@/db/schema/sso";
import type { Tx } from "@/db/tenant";
import { authorizeSystem } from "@/lib/ability/authorize";
import { NotAdmitted } from "@/lib/auth/not-admitted";
import { openSession, requireAdmission } from "@/lib/auth/open-session";
import { SecondStepNeeded } from "@/lib/auth/sign-in";
import { hashToken, tokenSchema } from "@/lib/auth/token";
import type { Ctx } from "@/lib/ctx/ctx";
import type { RequestInfo } from "@/lib/ctx/person";
import { systemCtx } from "@/lib/ctx/system";
import { AppError } from "@/lib/errors";
import { OutsideNetwork } from "@/lib/network/outside-sign-in";
import { factorDueAt } from "@/lib/mfa/due";
import { factorsOf } from "@/lib/mfa/factors";
import { keepPending } from "@/lib/mfa/pending";
import { isRemembered } from "@/lib/mfa/remembered";
import { loadSecuritySetting } from "@/lib/security/load";
import { transact } from "@/lib/transact";
import { findConnection, organizationOf } from "./connection";
import { hadFactor, providerFactor } from "./provider-factor";

/** The token by which this browser is remembered for an account, if it is. */
type RememberedFor = (email: string) => string | null;

/** A connection's id and the token, so that its organization is known before anything of it is read. */
const Ticket = z.string().transform((text) => text.split(".")).pipe(z.tuple([z.uuid(), tokenSchema]));

/**
 * Opens a session for the ticket that an identity provider's answer led to; once, and within a minute.
 * @throws AppError `unauthenticated`, for whatever is not such a ticket.
 * @throws SecondStepNeeded for whose roles must have a factor, where the provider's word for one does not count.
 */
export async function redeemTicket(info: RequestInfo, ticket: string | null, rememberedFor: RememberedFor = () => null): Promise<{ sessionId: string; email: string }> {
  const read = Ticket.safeParse(ticket);
  if (!read.success) throw refused();
  const [connectionId, token] = read.data;
  const organizationId = await organizationOf(connectionId);
  if (!organizationId) throw refused();
  const ctx = systemCtx("sign-in", organizationId, info);
  const done = await transact<Redeemed>(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "sessions", "view");
    const connection = await findConnection(tx, connectionId);
    const method = connection.kind;
    const [used] = await tx
      .update(ssoLogin)
      .set({ usedAt: sql`now()` })
      .where(and(eq(ssoLogin.connectionId, connectionId), eq(ssoLogin.ticketHash, hashToken(token)), isNull(ssoLogin.usedAt), gt(ssoLogin.ticketExpiresAt, sql`now()`)))
      .returning({ id: ssoLogin.id, personId: ssoLogin.personId, methods: ssoLogin.methods });
    const [who] = used?.personId ? await tx.select({ id: person.id, email: person.email, name: person.name, passwordHash: person.passwordHash }).from(person).where(eq(person.id, used.personId)) : [];
    if (!used || !who) throw new NotAdmitted();
    const isTrusted = hadFactor(connection, used.methods ?? []);
    const isKnown = !isTrusted && (await needsOwnFactor(tx, who.id)) ? await isRememberedIn(tx, ctx, who, rememberedFor) : null;
    if (isKnown === false) {
      await requireAdmission(tx, ctx, who);
      const token = await keepPending(tx, organizationId, who, { method, ssoLoginId: used.id });
      return { value: { sessionId: null, token }, audit: { action: "sessions.second_step_asked", resource: { type: "person", id: who.id, name: who.email } } };
    }
    const factor = isTrusted ? { factor: providerFactor } as const : isKnown ? { factor: "remembered" } as const : {};
    const opened = await openSession(tx, ctx, who, { method, ...factor, while: sql`true`, ssoLoginId: used.id });
    return { value: { sessionId: opened.sessionId, email: who.email }, audit: opened.audit, send: opened.send };
  }).catch(async (error: unknown) => {
    if (error instanceof NotAdmitted) await error.record();
    if (error instanceof OutsideNetwork) throw await error.told();
    if (error instanceof NotAdmitted || (error instanceof AppError && error.code === "not_found")) throw refused();
    throw error;
  });
  if (done.sessionId === null) throw new SecondStepNeeded(done.token);
  return done;
}

type Redeemed = { sessionId: string; email: string } | { sessionId: null; token: string };

/**
 * Whether somebody whom a provider signed in without a factor that counts is asked for one of theirs: where their roles must
 * have one, or where the organization asks for it at unusual sign-ins, which would be refused otherwise.
 */
async function needsOwnFactor(tx: Tx, personId: string): Promise<boolean> {
  if ((await factorsOf(tx, personId)).length === 0) return false;
  return (await factorDueAt(tx, personId)) !== null || (await loadSecuritySetting(tx)).unusualSignIn === "challenge";
}

async function isRememberedIn(tx: Tx, ctx: Ctx, { id, email }: { id: string; email: string }, rememberedFor: RememberedFor): Promise<boolean> {
  const token = rememberedFor(email);
  return token !== null && isRemembered(tx, ctx, id, token);
}

function refused(): AppError {
  return new AppError("unauthenticated", "This sign-in is over.", { hint: "Begin again." });
}
