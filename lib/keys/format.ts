import { createHash, randomBytes } from "node:crypto";

const shape = /^cs_([A-Za-z0-9_-]{43})([A-Za-z0-9_-]{6})$/;

/** How much of a key is kept readable, so that a person recognises it. */
export const prefixLength = 10;

/**
 * A new API key: `cs_`, 256 random bits, and six characters of checksum, all in base64url (RFC 4648, section 5). The
 * checksum tells a mistyped key, or a string that only looks like one in a leak scanner, without asking the database.
 */
export function makeKey(): string {
  const body = randomBytes(32).toString("base64url");
  return `cs_${body}${checksum(body)}`;
}

/** Whether the text can be a key at all: prefix, length, alphabet and checksum. */
export function isKeyShaped(text: string): boolean {
  const [, body, sum] = shape.exec(text) ?? [];
  return body !== undefined && checksum(body) === sum;
}

/** SHA-256 of the key: all that is stored. 256 random bits cannot be guessed, so no slow hash is needed. */
export function hashKey(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}

function checksum(body: string): string {
  return createHash("sha256").update(`countersign:${body}`).digest("base64url").slice(0, 6);
}
