import { seal as sealFor, unseal as unsealFor } from "@/lib/auth/seal";

const idTokenPurpose = "sso id token";
const ownKeyPurpose = "sso own key";
const signOutPurpose = "sso sign-out";
const purpose = "sso client secret";

/** Encrypts a client secret, bound to its connection, so that it opens in no other row. */
export function seal(secret: string, connectionId: string): Buffer {
  return sealFor(purpose, connectionId, Buffer.from(secret));
}

/** An ID token, kept until its session ends. */
export function sealIdToken(token: string, connectionId: string): Buffer {
  return sealFor(idTokenPurpose, connectionId, Buffer.from(token));
}

/** Null when it was changed, or the installation's secret is another: then nothing is shown. */
export function unsealIdToken(sealed: Buffer, connectionId: string): string | null {
  return unsealFor(idTokenPurpose, connectionId, sealed)?.toString("utf8") ?? null;
}

/** @throws Error when the row was changed, belongs to another connection, or the installation's secret is another. */
export function unseal(sealed: Buffer, connectionId: string): string {
  const secret = unsealFor(purpose, connectionId, sealed);
  if (!secret) throw new Error("the client secret of this connection cannot be opened: it was changed, or AUTH_SECRET is another");
  return secret.toString("utf8");
}

/** The private key (PKCS #8) by which what we ask of a SAML provider is signed. */
export function sealOwnKey(key: Buffer, connectionId: string): Buffer {
  return sealFor(ownKeyPurpose, connectionId, key);
}

/** @throws Error as `unseal`. */
export function unsealOwnKey(sealed: Buffer, connectionId: string): Buffer {
  const key = unsealFor(ownKeyPurpose, connectionId, sealed);
  if (!key) throw new Error("the key of this connection cannot be opened: it was changed, or AUTH_SECRET is another");
  return key;
}

/** What travels with a request to sign out, so that its answer can be known: the request's id, which is a UUID. At most 80 bytes (SAML 2.0 Bindings, 3.4.3). */
export function sealSignOut(id: string, connectionId: string): string {
  return sealFor(signOutPurpose, connectionId, Buffer.from(id.replaceAll("-", ""), "hex")).toString("base64url");
}

/** The request's id, without its hyphens; null for what is not ours, or another connection's. */
export function unsealSignOut(relayState: string, connectionId: string): string | null {
  return unsealFor(signOutPurpose, connectionId, Buffer.from(relayState.slice(0, 200), "base64url"))?.toString("hex") ?? null;
}
