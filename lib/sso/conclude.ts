import { and, eq, isNull, sql } from "drizzle-orm";
import { ssoConnection, ssoLogin } from "@/db/schema/sso";
import { authorizeSystem } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import { newToken } from "@/lib/auth/token";
import type { Ctx } from "@/lib/ctx/ctx";
import { transact } from "@/lib/transact";
import { admit, noSubject } from "./admit";
import type { Login } from "./begin";
import { type Connection, resourceOf } from "./connection";
import { type Claims, mapClaims } from "./mapping";
import { keepConflict } from "./keep-conflict";
import { keepRefusal } from "./keep-refusal";
import { IdentityConflict, type RefusalKind, SsoRefusal } from "./refusal";
import { sealIdToken } from "./seal";
import { type Proven, subjectOf } from "./subject";
import { vouchBySignIn } from "./vouch";
import type { Way } from "./way";

/** Where a way to an identity provider ended. */
export type Outcome = { kind: "admitted"; ticket: string; nextPath: string } | { kind: "tested"; connectionId: string } | { kind: "refused"; why: RefusalKind };

export const ticketSeconds = 60;

/**
 * What an answer that passed all checks leads to: a ticket for a session, good once and for a minute; or, for a test, what it
 * would have led to.
 * @throws SsoRefusal when the claims let nobody in.
 */
export async function conclude({ ctx, connection }: Way, login: Login, proven: Proven): Promise<Outcome> {
  return login.purpose === "test" ? concludeTest(ctx, connection, login, proven) : concludeSignIn(ctx, connection, login, proven);
}

async function concludeSignIn(ctx: Ctx, connection: Connection, login: Login, proven: Proven): Promise<Outcome> {
  const { token, hash } = newToken();
  await transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "sessions", "view");
    const { personId, audit } = await admit(tx, ctx, connection, proven);
    const [given] = await tx
      .update(ssoLogin)
      .set({ personId, subject: proven.subject, nameId: proven.named, methods: [...proven.methods], sessionIndex: proven.sessionIndex, idToken: sealedIdToken(connection, proven), ticketHash: hash, ticketExpiresAt: sql`now() + ${`${ticketSeconds} seconds`}::interval`, claims: null })
      .where(and(eq(ssoLogin.id, login.id), isNull(ssoLogin.ticketHash)))
      .returning({ id: ssoLogin.id });
    if (!given) throw new SsoRefusal("The answer was used before.", { why: "used" });
    const all = [...audit, ...(await vouchBySignIn(tx, connection, personId, proven))];
    return { value: null, audit: all.length > 0 ? all : noAudit("opening the session is the event") };
  });
  return { kind: "admitted", ticket: `${connection.id}.${token}`, nextPath: login.nextPath };
}

async function concludeTest(ctx: Ctx, connection: Connection, login: Login, proven: Proven): Promise<Outcome> {
  const { claims } = proven;
  const found = mapClaims(connection.mapping, claims);
  const mapped = { ...found, refusal: found.refusal ?? (subjectOf(connection, proven) === null ? noSubject(connection) : null) };
  if (mapped.refusal === null) {
    await transact(ctx, async (tx) => {
      authorizeSystem(tx, ctx, "sessions", "view");
      await tx.update(ssoConnection).set({ testedAt: sql`now()` }).where(eq(ssoConnection.id, connection.id));
      return { value: null, audit: { action: "sso.tested", resource: resourceOf(connection) } };
    });
  }
  await keepResult(ctx, login, { claims: copied(claims), ...mapped });
  return { kind: "tested", connectionId: connection.id };
}

function sealedIdToken({ id }: Connection, { idToken }: Proven): Buffer | null {
  return idToken === null ? null : sealIdToken(idToken, id);
}

function copied(claims: Claims): Record<string, string[]> {
  return Object.fromEntries(Object.entries(claims).map(([name, values]) => [name, [...values]]));
}

async function keepResult(ctx: Ctx, { id }: Login, result: NonNullable<Login["result"]>): Promise<void> {
  await transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "sessions", "view");
    await tx.update(ssoLogin).set({ result, claims: null, usedAt: sql`now()` }).where(eq(ssoLogin.id, id));
    return { value: null, audit: noAudit("a test makes no session; that it was made is an event already") };
  });
}

/** Says no: to who tests with the reason, to anybody else with a reference; the connection's page and the audit have the reason. */
export async function refuse({ ctx, connection }: Way, login: Login | null, refusal: SsoRefusal): Promise<Outcome> {
  const { message: reason, why } = refusal;
  await transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "sessions", "view");
    const details = { reason, connection: connection.id };
    const isTest = login?.purpose === "test";
    if (!isTest) await keepRefusal(tx, ctx, connection, { why, reason });
    const conflict = refusal instanceof IdentityConflict && !isTest ? await keepConflict(tx, ctx, connection, refusal) : [];
    if (login) await tx.update(ssoLogin).set({ claims: null, answeredAt: sql`coalesce(${ssoLogin.answeredAt}, now())` }).where(eq(ssoLogin.id, login.id));
    return { value: null, audit: { action: "sessions.sign_in_refused", resource: resourceOf(connection), details, outcome: "blocked" }, send: conflict };
  });
  if (login?.purpose !== "test") return { kind: "refused", why };
  await keepResult(ctx, login, { claims: {}, email: null, name: null, roles: [], refusal: reason });
  return { kind: "tested", connectionId: connection.id };
}
