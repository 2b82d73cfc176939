import { seal, unseal } from "@/lib/auth/seal";

const purpose = "directory secret";

/** Encrypts a directory's password or key, bound to its row. */
export function sealSecret(directoryId: string, secret: string): Buffer {
  return seal(purpose, directoryId, Buffer.from(secret));
}

/** @throws Error when it was changed, belongs to another directory, or AUTH_SECRET is another. */
export function openSecret(directoryId: string, sealed: Buffer): string {
  const secret = unseal(purpose, directoryId, sealed);
  if (!secret) throw new Error("the secret of this directory cannot be opened: it was changed, or AUTH_SECRET is another");
  return secret.toString("utf8");
}
