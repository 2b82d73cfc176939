import * as client from "openid-client";
import { isLoopback } from "@/lib/egress/loopback";
import { AppError } from "@/lib/errors";
import { callbackAddress } from "./addresses";
import { boundedFetch, requireProviderAddress } from "./bounded-fetch";
import type { BrowserSecret } from "./browser-secret";
import type { Connection } from "./connection";
import { claimsOf } from "./mapping";
import { SsoRefusal } from "./refusal";
import { unseal } from "./seal";
import type { Proven } from "./subject";

export type Provider = { id: string; issuer: string; clientId: string; clientSecret: string };

const wellKnown = "/.well-known/openid-configuration";

export function providerOf({ id, issuer, clientId, clientSecret }: Connection): Provider {
  if (!clientId || !clientSecret) throw new SsoRefusal("The connection has no client.");
  return { id, issuer, clientId, clientSecret: unseal(clientSecret, id) };
}

/**
 * Reads what a provider says of itself; its `issuer` must be just the address that was given (OpenID Connect Discovery, 4.3).
 * @throws AppError `invalid_input`, for who typed the address.
 */
export async function discover({ issuer, clientId, clientSecret }: Provider): Promise<client.Configuration> {
  const address = requireProviderAddress(issuer.endsWith(wellKnown) ? issuer.slice(0, -wellKnown.length) : issuer);
  const plain = isLoopback(address) ? [client.allowInsecureRequests] : [];
  try {
    return await client.discovery(address, clientId, { redirect_uris: [] }, client.ClientSecretPost(clientSecret), {
      execute: [client.enableNonRepudiationChecks, ...plain],
      [client.customFetch]: boundedFetch,
      timeout: 10,
    });
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("invalid_input", "No OpenID Connect provider answers at this address.", {
      hint: "Give the issuer just as the provider writes it; its configuration must be below it, at /.well-known/openid-configuration.",
      fields: { discoveryUrl: "is not the address of a provider" },
      cause: error,
    });
  }
}

/** Where to send the browser: code flow with PKCE, state and nonce (RFC 9700, 2.1). */
export async function authorizationUrl(provider: Provider, { state, nonce, codeVerifier }: BrowserSecret, loginHint?: string): Promise<string> {
  const config = await discover(provider);
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callbackAddress("oidc", provider.id),
    response_type: "code",
    scope: "openid email profile",
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: "S256",
    ...(loginHint ? { login_hint: loginHint } : {}),
  });
  return requireProviderAddress(url.href).href;
}

/**
 * Exchanges the code for what the ID token and the userinfo endpoint, where there is one, say.
 * @param search the query of the callback.
 * @throws SsoRefusal for every answer that is not to just this request of just this browser; AppError where the provider cannot be asked.
 */
export async function provenByCallback(provider: Provider, search: string, { state, nonce, codeVerifier }: BrowserSecret): Promise<Proven> {
  const config = await discover(provider);
  const url = new URL(callbackAddress("oidc", provider.id));
  url.search = search;
  try {
    const tokens = await client.authorizationCodeGrant(config, url, { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: codeVerifier, idTokenExpected: true });
    const token = tokens.claims();
    if (!token) throw new SsoRefusal("There is no ID token.");
    const info = config.serverMetadata().userinfo_endpoint ? await client.fetchUserInfo(config, tokens.access_token, token.sub) : {};
    // What is signed wins over what only came over TLS; but once told that an address is not verified, it is not.
    const unverified = [info, token].some((said: Readonly<Record<string, unknown>>) => said.email_verified !== undefined && String(said.email_verified).toLowerCase() !== "true");
    const claims = claimsOf({ ...info, ...token, ...(unverified ? { email_verified: false } : {}) });
    const sid = typeof token.sid === "string" && token.sid.length <= 512 ? token.sid : null;
    return { claims, subject: token.sub, named: null, methods: methodsOf(token), sessionIndex: sid, idToken: tokens.id_token ?? null };
  } catch (error) {
    if (error instanceof SsoRefusal || error instanceof AppError) throw error;
    if (error instanceof client.AuthorizationResponseError) throw new SsoRefusal(`The identity provider says: ${saidBy(error)}`, { why: "provider", cause: error });
    throw new SsoRefusal(`The identity provider's answer was refused: ${reasonOf(error)}`, { cause: error });
  }
}

/** RFC 8176; `acr` is one more name for how somebody signed in. */
function methodsOf({ amr, acr }: Readonly<Record<string, unknown>>): string[] {
  return [amr, acr].flat().filter((each): each is string => typeof each === "string" && each.length <= 200).slice(0, 20);
}

/** The provider's own words for a sign-in that it refused itself (RFC 6749, 4.1.2.1). */
function saidBy({ error, error_description: description }: client.AuthorizationResponseError): string {
  return [error.slice(0, 100), description?.slice(0, 300)].filter(Boolean).join(": ");
}

/** The library's own words; never the token or the code, which its errors carry as their cause. */
function reasonOf(error: unknown): string {
  if (error instanceof client.ResponseBodyError) return error.error.slice(0, 100);
  return error instanceof Error ? error.message.slice(0, 200) : "unknown";
}
