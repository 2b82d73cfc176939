import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";

/** A one-time link's token: 256 random bits, which need no slow hash. Only the SHA-256 is stored. */
export function newToken(): { token: string; hash: Buffer } {
  const token = randomBytes(32).toString("base64url");
  return { token, hash: hashToken(token) };
}

export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

export const tokenSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/, "is not a complete link; copy all of it");
