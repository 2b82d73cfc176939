import { seal as sealFor, unseal as unsealFor } from "@/lib/auth/seal";

const idTokenPurpose = "sso id token";
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
