import { and, eq, isNull, lt, sql } from "drizzle-orm";
import { ssoAssertion, ssoLogin } from "@/db/schema/sso";
import type { Tx } from "@/db/tenant";
import { authorizeSystem } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import { newToken } from "@/lib/auth/token";
import type { RequestInfo } from "@/lib/ctx/person";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { transact } from "@/lib/transact";
import { type Login, loginMinutes } from "./begin";
import { derived } from "./browser-secret";
import { conclude, type Outcome, refuse } from "./conclude";
import type { Connection } from "./connection";
import type { Asserted } from "./gate";
import { answeredLogin, openLogin, takeLogin, whyNone } from "./login";
import { provenByCallback, providerOf } from "./oidc";
import { SsoRefusal } from "./refusal";
import { checkPosted } from "./saml";
import { type Way, wayTo } from "./way";

/**
 * An OpenID Connect provider sent the browser back. Its answer counts once, and only in the browser that began.
 * @param secret what that browser kept; null when it has nothing.
 * @throws AppError `not_found` for an address that is no connection's.
 */
export async function answerOidc(info: RequestInfo, { connectionId, search, secret }: { connectionId: string; search: string; secret: string | null }): Promise<Outcome> {
  const way = await wayTo(info, connectionId, "oidc");
  const state = new URLSearchParams(search).get("state");
  const login = secret && state === derived(secret).state ? await takeLogin(way, secret) : null;
  if (!login || !secret) return refuse(way, null, await whyNone(way, state, secret));
  return orRefuse(way, login, async () => conclude(way, login, await provenByCallback(providerOf(way.connection), search, derived(secret))));
}

/** Whatever is wrong with an answer, or with the provider that is asked about it, is a refusal that an admin finds again. */
async function orRefuse<T>(way: Way, login: Login | null, work: () => Promise<T>): Promise<T | Outcome> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SsoRefusal) return refuse(way, login, error);
    if (error instanceof AppError && error.code === "invalid_input") return refuse(way, login, new SsoRefusal(error.message, { why: "away", cause: error }));
    throw error;
  }
}

type Posted = { connectionId: string; response: string; relayState: string | null };

/**
 * A SAML identity provider had the browser post its answer. Cookies do not come along from another site, so an answer to a
 * request is kept until the browser that made the request shows itself (`answerSamlReturn`).
 * @returns null: go on there. An answer that nobody asked for leads on at once, where the connection allows it.
 */
export async function answerSaml(info: RequestInfo, { connectionId, response, relayState }: Posted): Promise<Outcome | null> {
  const way = await wayTo(info, connectionId, "saml");
  const login = await openLogin(way, relayState);
  return orRefuse(way, login, async () => {
    if (!login && !way.connection.idpInitiated) throw new SsoRefusal("The answer is to no request that waits, and this connection takes no others.", { why: "lost" });
    const asserted = await checkPosted(way.connection, response, login?.requestId ?? null);
    const answered = await keepAnswer(way, login, asserted);
    return login ? null : conclude(way, answered, asserted);
  });
}

/** @throws SsoRefusal for an assertion that was taken before, or a login that another answer took. */
async function keepAnswer({ ctx, connection }: Way, login: Login | null, asserted: Asserted): Promise<Login> {
  return transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "sessions", "view");
    await tx.delete(ssoAssertion).where(lt(ssoAssertion.expiresAt, sql`now()`));
    const { assertionId, expiresAt } = asserted;
    const values = { organizationId: ctx.organizationId, connectionId: connection.id, assertionId, expiresAt };
    const [first] = await tx.insert(ssoAssertion).values(values).onConflictDoNothing().returning({ id: ssoAssertion.assertionId });
    if (!first) throw new SsoRefusal("The assertion was used before.", { why: "used" });
    const value = login ? await answerTo(tx, login, asserted) : await answerUnasked(tx, connection, asserted);
    return { value, audit: noAudit("what the answer leads to is the event") };
  });
}

async function answerTo(tx: Tx, { id }: Login, { claims, subject, named: nameId, methods, sessionIndex }: Asserted): Promise<Login> {
  const [answered] = await tx.update(ssoLogin).set({ answeredAt: sql`now()`, claims, subject, nameId, methods, sessionIndex }).where(and(eq(ssoLogin.id, id), isNull(ssoLogin.answeredAt))).returning();
  if (!answered) throw new SsoRefusal("The answer came a second time.", { why: "used" });
  return answered;
}

async function answerUnasked(tx: Tx, { id, organizationId }: Connection, { claims, subject, named: nameId, methods, sessionIndex }: Asserted): Promise<Login> {
  const expiresAt = new Date(Date.now() + loginMinutes * 60_000);
  const values = { id: newId(), organizationId, connectionId: id, purpose: "sign_in" as const, stateHash: newToken().hash, nextPath: "/", claims, subject, nameId, methods, sessionIndex, answeredAt: new Date(), expiresAt };
  const [made] = await tx.insert(ssoLogin).values(values).returning();
  if (!made) throw new Error("a login that was inserted is not there");
  return made;
}

/** The browser comes along after its answer was posted; only the one that made the request goes on. */
export async function answerSamlReturn(info: RequestInfo, { connectionId, state, secret }: { connectionId: string; state: string; secret: string | null }): Promise<Outcome> {
  const way = await wayTo(info, connectionId, "saml");
  const login = secret && derived(secret).state === state ? await answeredLogin(way, secret) : null;
  const claims = login?.claims;
  if (!login || !claims) return refuse(way, null, await whyNone(way, state, secret));
  return orRefuse(way, login, () => conclude(way, login, { claims, subject: login.subject, named: login.nameId, methods: login.methods ?? [], sessionIndex: login.sessionIndex, idToken: null }));
}
