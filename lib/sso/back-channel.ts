import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import { z } from "zod";
import { ssoAssertion } from "@/db/schema/sso";
import { authorizeSystem } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import type { RequestInfo } from "@/lib/ctx/person";
import { AppError } from "@/lib/errors";
import { transact } from "@/lib/transact";
import { boundedFetch } from "./bounded-fetch";
import { endSessions } from "./end-sessions";
import { skewMs } from "./gate";
import { discover, type Provider, providerOf } from "./oidc";
import { wayTo } from "./way";

const event = "http://schemas.openid.net/event/backchannel-logout";
/** By a key that only the provider has: an HMAC would be by one that we have too, and none is no signature. */
const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];
const oldestMs = 300_000;

const Claims = z.object({
  jti: z.string().min(1).max(300),
  iat: z.number(),
  sub: z.string().min(1).max(512).optional(),
  sid: z.string().min(1).max(512).optional(),
  events: z.object({ [event]: z.record(z.string(), z.unknown()) }),
  // What makes an ID token is no word that somebody signed out (OpenID Connect Back-Channel Logout, 2.4).
  nonce: z.undefined().optional(),
});

/**
 * A provider says that somebody signed out there, or was signed out: their sessions that came by it end, before the answer.
 * @throws AppError `invalid_input` for a token that does not say so, is not the provider's, too old, or came before; `not_found`.
 */
export async function takeLogoutToken(info: RequestInfo, { connectionId, token }: { connectionId: string; token: string }): Promise<{ ended: number }> {
  const way = await wayTo(info, connectionId, "oidc");
  const { jti, sub, sid } = await verified(providerOf(way.connection), token);
  if (!sub && !sid) throw refused("it names neither a person nor a session");
  return transact(way.ctx, async (tx) => {
    authorizeSystem(tx, way.ctx, "sessions", "view");
    const values = { organizationId: way.ctx.organizationId, connectionId, assertionId: `logout:${jti}`, expiresAt: new Date(Date.now() + oldestMs + 2 * skewMs) };
    const [first] = await tx.insert(ssoAssertion).values(values).onConflictDoNothing().returning({ id: ssoAssertion.assertionId });
    if (!first) throw refused("it came before");
    const audit = await endSessions(tx, way, { subject: sub ?? null, sessionIndex: sid ?? null });
    return { value: { ended: audit.length }, audit: audit.length > 0 ? audit : noAudit("nobody who is signed in came by it") };
  });
}

async function verified(provider: Provider, token: string): Promise<z.infer<typeof Claims>> {
  const { issuer, jwks_uri: keysAt } = (await discover(provider)).serverMetadata();
  if (!keysAt) throw refused("the provider names no keys");
  const keys = createLocalJWKSet((await (await boundedFetch(keysAt)).json()) as JSONWebKeySet);
  const { payload } = await jwtVerify<JWTPayload>(token, keys, { issuer, audience: provider.clientId, algorithms, maxTokenAge: oldestMs / 1_000, clockTolerance: skewMs / 1_000 }).catch((error: unknown): never => {
    if (error instanceof errors.JOSEError) throw refused(error.message.slice(0, 200));
    throw error;
  });
  const read = Claims.safeParse(payload);
  if (!read.success) throw refused("it is no logout token");
  return read.data;
}

function refused(what: string): AppError {
  return new AppError("invalid_input", `The logout token was refused: ${what}.`);
}
