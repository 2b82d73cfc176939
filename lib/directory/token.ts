import { randomBytes } from "node:crypto";
import { hashKey, prefixLength } from "@/lib/keys/format";

export const directoryTokenPrefix = "csd_";

/** A new bearer token for a directory: 256 random bits in base64url. Only its SHA-256 is stored. */
export function makeDirectoryToken(): { token: string; tokenHash: Buffer; tokenPrefix: string } {
  const token = `${directoryTokenPrefix}${randomBytes(32).toString("base64url")}`;
  return { token, tokenHash: hashKey(token), tokenPrefix: token.slice(0, prefixLength) };
}
