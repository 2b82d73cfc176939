import { env } from "@/lib/env";

/** Each connection has addresses of its own, so that the answer of one identity provider cannot arrive as another's (RFC 9700, 4.4). */
export function callbackAddress(kind: "oidc" | "saml", connectionId: string): string {
  return new URL(`/api/sso/${kind}/${connectionId}`, env().APP_URL).href;
}

/** Where a provider says that somebody signed out there. */
export function backChannelAddress(connectionId: string): string {
  return new URL(`/api/sso/logout/${connectionId}`, env().APP_URL).href;
}

/** Where a provider sends the browser of who signed out here and there. */
export function signedOutAddress(): string {
  return new URL("/sign-in", env().APP_URL).href;
}

/** The name by which a SAML identity provider knows the portal: the audience of what it asserts. */
export function entityId(connectionId: string): string {
  return new URL(`/sso/entity/${connectionId}`, env().APP_URL).href;
}

/** Where a SAML provider asks to sign somebody out, and where its answer to our own asking goes. */
export function samlSignOutAddress(connectionId: string): string {
  return new URL(`/api/sso/saml-logout/${connectionId}`, env().APP_URL).href;
}
