import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { env } from "@/lib/env";

const ivLength = 12;
const tagLength = 16;

/**
 * Encrypts what must be read again (AES-256-GCM), with a key for this purpose alone: HKDF (RFC 5869) from AUTH_SECRET with
 * `purpose` as its info. `owner` is bound to it, so that a row's secret cannot be moved to another row. With another
 * AUTH_SECRET nothing that was sealed can be opened.
 */
export function seal(purpose: string, owner: string, plain: Uint8Array): Buffer {
  const iv = randomBytes(ivLength);
  const cipher = createCipheriv("aes-256-gcm", keyFor(purpose), iv).setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

/** What was sealed; null when it was sealed with another secret, for another purpose or owner, or was changed. */
export function unseal(purpose: string, owner: string, sealed: Buffer): Buffer | null {
  const iv = sealed.subarray(0, ivLength);
  const tag = sealed.subarray(ivLength, ivLength + tagLength);
  try {
    const decipher = createDecipheriv("aes-256-gcm", keyFor(purpose), iv, { authTagLength: tagLength }).setAAD(Buffer.from(owner)).setAuthTag(tag);
    return Buffer.concat([decipher.update(sealed.subarray(ivLength + tagLength)), decipher.final()]);
  } catch {
    return null;
  }
}

function keyFor(purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", env().AUTH_SECRET, "", `countersign ${purpose} v1`, 32));
}
