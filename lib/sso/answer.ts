import { and, eq, gt, isNotNull, isNull, lt, sql } from "drizzle-orm";
import { ssoAssertion, ssoLogin } from "@/db/schema/sso";
import type { Tx } from "@/db/tenant";
import { authorizeSystem } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import { hashToken, newToken } from "@/lib/auth/token";
import type { Ctx } from "@/lib/ctx/ctx";
import type { RequestInfo } from "@/lib/ctx/person";
import { systemCtx } from "@/lib/ctx/system";
import { notFound } from "@/lib/errors";
import { newId } from "@/lib/id";
import { read, transact } from "@/lib/transact";
import { conclude, type Outcome, refuse, type Way } from "./conclude";
import { type Login, loginMinutes } from "./begin";
import { derived } from "./browser-secret";
import { type Connection, findConnection, organizationOf } from "./connection";
import { claimsOfCallback, providerOf } from "./oidc";
import { SsoRefusal } from "./refusal";
import type { Asserted } from "./gate";
import { checkPosted } from "./saml";

const another = "The answer came to a browser that did not ask for it, too late, or a second time.";

/**
 * An OpenID Connect provider sent the browser back. Its answer counts once, and only in the browser that began.
 * @param secret what that browser kept; null when it has nothing.
 * @throws AppError `not_found` for an address that is no connection's.
 */
export async function answerOidc(info: RequestInfo, { connectionId, search, secret }: { connectionId: string; search: string; secret: string | null }): Promise<Outcome> {
  const way = await connectionAt(info, connectionId, "oidc");
  const login = secret && new URLSearchParams(search).get("state") === derived(secret).state ? await takeLogin(way.ctx, connectionId, secret) : null;
  if (!login || !secret) return refuse(way, null, another);
  try {
    const claims = await claimsOfCallback(providerOf(way.connection), search, derived(secret));
    return await conclude(way, login, claims);
  } catch (error) {
    if (error instanceof SsoRefusal) return refuse(way, login, error.message);
    throw error;
  }
}

/** The one use of a login: for one of however many come at the same moment. */
async function takeLogin(ctx: Ctx, connectionId: string, secret: string): Promise<Login | null> {
  return transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "sessions", "view");
    const [login] = await tx.update(ssoLogin).set({ answeredAt: sql`now()` }).where(and(isOpen(connectionId, derived(secret).state), eq(ssoLogin.browserHash, hashToken(secret)))).returning();
    return { value: login ?? null, audit: noAudit("what the answer leads to is the event") };
  });
}

function isOpen(connectionId: string, state: string) {
  return and(eq(ssoLogin.connectionId, connectionId), eq(ssoLogin.stateHash, hashToken(state)), isNull(ssoLogin.answeredAt), gt(ssoLogin.expiresAt, sql`now()`));
}

type Posted = { connectionId: string; response: string; relayState: string | null };

/**
 * A SAML identity provider had the browser post its answer. Cookies do not come along from another site, so an answer to a
 * request is kept until the browser that made the request shows itself (`answerSamlReturn`).
 * @returns null: go on there. An answer that nobody asked for leads on at once, where the connection allows it.
 */
export async function answerSaml(info: RequestInfo, { connectionId, response, relayState }: Posted): Promise<Outcome | null> {
  const way = await connectionAt(info, connectionId, "saml");
  const login = await openLogin(way.ctx, connectionId, relayState);
  try {
    if (!login && !way.connection.idpInitiated) throw new SsoRefusal("The answer is to no request that waits, and this connection takes no others.");
    const asserted = await checkPosted(way.connection, response, login?.requestId ?? null);
    const answered = await keepAnswer(way, login, asserted);
    return login ? null : await conclude(way, answered, asserted.claims);
  } catch (error) {
    if (error instanceof SsoRefusal) return refuse(way, login, error.message);
    throw error;
  }
}

async function openLogin(ctx: Ctx, connectionId: string, relayState: string | null): Promise<Login | null> {
  if (!relayState) return null;
  return read(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "sessions", "view");
    const [login] = await tx.select().from(ssoLogin).where(isOpen(connectionId, relayState));
    return login ?? null;
  });
}

/** @throws SsoRefusal for an assertion that was taken before, or a login that another answer took. */
async function keepAnswer({ ctx, connection }: Way, login: Login | null, { assertionId, expiresAt, claims }: Asserted): Promise<Login> {
  return transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "sessions", "view");
    await tx.delete(ssoAssertion).where(lt(ssoAssertion.expiresAt, sql`now()`));
    const values = { organizationId: ctx.organizationId, connectionId: connection.id, assertionId, expiresAt };
    const [first] = await tx.insert(ssoAssertion).values(values).onConflictDoNothing().returning({ id: ssoAssertion.assertionId });
    if (!first) throw new SsoRefusal("The assertion was used before.");
    const value = login ? await answerTo(tx, login, claims) : await answerUnasked(tx, connection, claims);
    return { value, audit: noAudit("what the answer leads to is the event") };
  });
}

async function answerTo(tx: Tx, { id }: Login, claims: Record<string, string[]>): Promise<Login> {
  const [answered] = await tx.update(ssoLogin).set({ answeredAt: sql`now()`, claims }).where(and(eq(ssoLogin.id, id), isNull(ssoLogin.answeredAt))).returning();
  if (!answered) throw new SsoRefusal(another);
  return answered;
}

async function answerUnasked(tx: Tx, { id, organizationId }: Connection, claims: Record<string, string[]>): Promise<Login> {
  const expiresAt = new Date(Date.now() + loginMinutes * 60_000);
  const values = { id: newId(), organizationId, connectionId: id, purpose: "sign_in" as const, stateHash: newToken().hash, nextPath: "/", claims, answeredAt: new Date(), expiresAt };
  const [made] = await tx.insert(ssoLogin).values(values).returning();
  if (!made) throw new Error("a login that was inserted is not there");
  return made;
}

/** The browser comes along after its answer was posted; only the one that made the request goes on. */
export async function answerSamlReturn(info: RequestInfo, { connectionId, state, secret }: { connectionId: string; state: string; secret: string | null }): Promise<Outcome> {
  const way = await connectionAt(info, connectionId, "saml");
  const login = secret && derived(secret).state === state ? await answeredLogin(way.ctx, connectionId, secret) : null;
  if (!login?.claims) return refuse(way, null, another);
  try {
    return await conclude(way, login, login.claims);
  } catch (error) {
    if (error instanceof SsoRefusal) return refuse(way, login, error.message);
    throw error;
  }
}

async function answeredLogin(ctx: Ctx, connectionId: string, secret: string): Promise<Login | null> {
  return read(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "sessions", "view");
    const own = and(eq(ssoLogin.connectionId, connectionId), eq(ssoLogin.stateHash, hashToken(derived(secret).state)), eq(ssoLogin.browserHash, hashToken(secret)));
    const [login] = await tx.select().from(ssoLogin).where(and(own, isNotNull(ssoLogin.answeredAt), gt(ssoLogin.expiresAt, sql`now()`)));
    return login ?? null;
  });
}

async function connectionAt(info: RequestInfo, id: string, kind: Connection["kind"]): Promise<Way> {
  const organizationId = await organizationOf(id);
  if (!organizationId) throw notFound("connection");
  const ctx = systemCtx("sign-in", organizationId, info);
  const connection = await read(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "sessions", "view");
    return findConnection(tx, id);
  });
  if (connection.kind !== kind) throw notFound("connection");
  return { ctx, connection };
}
