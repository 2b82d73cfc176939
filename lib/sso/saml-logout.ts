import { lt, sql } from "drizzle-orm";
import { ssoAssertion } from "@/db/schema/sso";
import { authorizeSystem } from "@/lib/ability/authorize";
import { type AuditEntry, noAudit } from "@/lib/audit/actions";
import type { RequestInfo } from "@/lib/ctx/person";
import { transact } from "@/lib/transact";
import { samlSignOutAddress } from "./addresses";
import { endSessions } from "./end-sessions";
import { skewMs } from "./gate";
import { keepRefusal } from "./keep-refusal";
import { resourceOf } from "./connection";
import { type LogoutRequest, oldestMs, postedRoot, readLogoutRequest, readLogoutResponse, redirectedRoot } from "./logout-message";
import { SsoRefusal } from "./refusal";
import { decodedMessage } from "./saml";
import { askedToSignOut, answerAddress } from "./sign-out-message";
import { checkQuery } from "./signed-query";
import { type Way, wayTo } from "./way";

/** Where the browser goes on that came with a message about signing out; `signed_out`: whether the provider confirmed it for itself, too. */
export type Left = { kind: "provider"; url: string } | { kind: "signed_out"; by: "everywhere" | "here" | null } | { kind: "refused" };

/** A message by one of the two bindings: the query as it came, or the fields of the form. */
export type LogoutMessage = { connectionId: string } & ({ search: string } | { request: string; relayState: string | null } | { response: string; relayState: string | null });

/**
 * A SAML provider has a browser bring what is about signing out (SAML 2.0 Profiles, 4.4): a request, upon which the sessions
 * that it names end, or the answer to ours. Cookies and origin say nothing; only a signature that holds ends anything.
 * @throws AppError `not_found` for an address that is no connection's.
 */
export async function takeSamlLogout(info: RequestInfo, message: LogoutMessage): Promise<Left> {
  const way = await wayTo(info, message.connectionId, "saml");
  return isResponse(message) ? takeResponse(way, message) : takeRequest(way, message);
}

function isResponse(message: LogoutMessage): boolean {
  return "search" in message ? new URLSearchParams(message.search).has("SAMLResponse") : "response" in message;
}

async function takeRequest(way: Way, message: LogoutMessage): Promise<Left> {
  try {
    const { root, relayState } = rootOf(way, message);
    const asked = readLogoutRequest(root, { issuer: way.connection.issuer, destination: samlSignOutAddress(way.connection.id) });
    await endNamed(way, asked);
    const url = await answerAddress(way.connection, asked.id, relayState);
    return url ? { kind: "provider", url } : { kind: "signed_out", by: "here" };
  } catch (error) {
    if (!(error instanceof SsoRefusal)) throw error;
    await keepRefused(way, error.message);
    return { kind: "refused" };
  }
}

/** The message, once its signature holds. */
function rootOf({ connection }: Way, message: LogoutMessage): { root: Element; relayState: string | null } {
  const certificates = connection.certificates ?? [];
  if ("search" in message) {
    const { xml, relayState } = checkQuery(message.search, certificates);
    return { root: redirectedRoot(xml), relayState };
  }
  const posted = "request" in message ? message.request : message.response;
  return { root: postedRoot(decodedMessage(posted), certificates), relayState: message.relayState };
}

/** @throws SsoRefusal for a request that came before. */
async function endNamed(way: Way, { id, nameId, sessionIndexes }: LogoutRequest): Promise<void> {
  const { ctx, connection } = way;
  await transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "sessions", "view");
    await tx.delete(ssoAssertion).where(lt(ssoAssertion.expiresAt, sql`now()`));
    const values = { organizationId: ctx.organizationId, connectionId: connection.id, assertionId: `logout:${id}`, expiresAt: new Date(Date.now() + oldestMs + 2 * skewMs) };
    const [first] = await tx.insert(ssoAssertion).values(values).onConflictDoNothing().returning({ id: ssoAssertion.assertionId });
    if (!first) throw new SsoRefusal("The request to sign out came before.", { why: "used" });
    const audit: AuditEntry[] = [];
    // Without a session's name it is about all of the person's (SAML 2.0 Core, 3.7.1).
    for (const sessionIndex of sessionIndexes.length > 0 ? sessionIndexes : [null]) audit.push(...(await endSessions(tx, way, { subject: nameId, sessionIndex })));
    return { value: null, audit: audit.length > 0 ? audit : noAudit("nobody who is signed in came by it") };
  });
}

async function keepRefused({ ctx, connection }: Way, reason: string): Promise<void> {
  await transact(ctx, async (tx) => {
    authorizeSystem(tx, ctx, "sessions", "view");
    await keepRefusal(tx, ctx, connection, { why: "sign_out", reason });
    return { value: null, audit: { action: "sessions.sign_out_refused", resource: resourceOf(connection), details: { reason, connection: connection.id }, outcome: "blocked" } };
  });
}

/** The session here ended before the browser went there, so that the answer only tells what to say. One that nobody waits for says nothing. */
function takeResponse(way: Way, message: LogoutMessage): Left {
  const relayState = "search" in message ? new URLSearchParams(message.search).get("RelayState") : message.relayState;
  const requestId = askedToSignOut(way.connection, relayState);
  if (!requestId) return { kind: "signed_out", by: null };
  try {
    const expected = { issuer: way.connection.issuer, destination: samlSignOutAddress(way.connection.id), requestId };
    return { kind: "signed_out", by: readLogoutResponse(rootOf(way, message).root, expected) };
  } catch (error) {
    if (error instanceof SsoRefusal) return { kind: "signed_out", by: "here" };
    throw error;
  }
}
