import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { env } from "@/lib/env";

const nonceBytes = 12;
const tagBytes = 16;

/** Encrypts a client secret for its row (AES-256-GCM), bound to the connection, so that it opens in no other row. */
export function seal(secret: string, connectionId: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key(), nonce).setAAD(Buffer.from(connectionId));
  const body = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** @throws Error when the row was changed, belongs to another connection, or the installation's secret is another. */
export function unseal(sealed: Buffer, connectionId: string): string {
  const decipher = createDecipheriv("aes-256-gcm", key(), sealed.subarray(0, nonceBytes)).setAAD(Buffer.from(connectionId));
  decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]).toString("utf8");
}

/** A key of its own (RFC 5869), so that nothing sealed here opens as anything else that the secret protects. */
function key(): Buffer {
  return Buffer.from(hkdfSync("sha256", env().AUTH_SECRET, "", "countersign sso client secret", 32));
}
