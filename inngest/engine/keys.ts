import { createHash, createHmac, timingSafeEqual } from "node:crypto";

const signingKeyForm = /^(signkey-\w+-)?((?:[0-9a-f]{2})+)$/;
const maxAgeMs = 5 * 60 * 1000;

/** True when two texts are the same; takes the same time wherever they differ. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** Throws unless the key looks like `signkey-<environment>-<hex>`; other forms hash differently on the two sides. */
export function requireSigningKey(key: string): void {
  if (!signingKeyForm.test(key)) {
    throw new Error("INNGEST_SIGNING_KEY must have the form signkey-<environment>-<lower-case hex of even length>");
  }
}

/** What the SDK sends as bearer token: the key's prefix and the SHA-256 of its bytes. */
export function hashSigningKey(key: string): string {
  const [, prefix = "", hex = ""] = signingKeyForm.exec(key) ?? [];
  return prefix + createHash("sha256").update(Buffer.from(hex, "hex")).digest("hex");
}

function mac(body: string, key: string, seconds: string): string {
  const secret = key.replace(/^signkey-\w+-/, "");
  return createHmac("sha256", secret).update(body).update(seconds).digest("hex");
}

/** The `x-inngest-signature` header: HMAC-SHA256 over the body followed by the time in seconds. */
export function sign(body: string, key: string, now = Date.now()): string {
  const seconds = Math.floor(now / 1000).toString();
  return `t=${seconds}&s=${mac(body, key, seconds)}`;
}

/** True when the header has a signature that was made not more than five minutes ago, whether or not it is a good one. */
export function isFresh(header: string | undefined, now = Date.now()): boolean {
  const parts = new URLSearchParams(header ?? "");
  return Boolean(parts.get("s")) && /^\d{1,12}$/.test(parts.get("t") ?? "") && Math.abs(now - Number(parts.get("t")) * 1000) <= maxAgeMs;
}

/** True when the header signs exactly this body with this key, not more than five minutes ago. */
export function isSignedBy(header: string | undefined, body: string, key: string, now = Date.now()): boolean {
  const parts = new URLSearchParams(header ?? "");
  return isFresh(header, now) && sameSecret(parts.get("s") ?? "", mac(body, key, parts.get("t") ?? ""));
}
