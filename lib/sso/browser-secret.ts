import { createHmac } from "node:crypto";
import { sessionCookie } from "@/lib/auth/cookie";
import { newToken } from "@/lib/auth/token";

/**
 * The cookie of a browser that is on its way to an identity provider, and afterwards of its ticket. What the protocols want
 * kept is derived from it, so that nothing of it is stored, and another browser cannot finish what this one began.
 */
export function ssoCookie(maxAgeSeconds: number) {
  const { name, options } = sessionCookie();
  return { name: name.replace(".session", ".sso"), options: { ...options, maxAge: maxAgeSeconds } };
}

export type BrowserSecret = { secret: string; state: string; nonce: string; codeVerifier: string };

export function newBrowserSecret(): BrowserSecret {
  return derived(newToken().token);
}

/** The same values again, from the cookie. */
export function derived(secret: string): BrowserSecret {
  const part = (name: string) => createHmac("sha256", secret).update(name).digest("base64url");
  return { secret, state: part("state"), nonce: part("nonce"), codeVerifier: part("code verifier") };
}
