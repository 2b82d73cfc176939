import { randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";

/** Argon2id (the library's default kind), second recommended option of RFC 9106, section 4: 64 MiB, three passes, four lanes. */
const parameters = { memoryCost: 64 * 1024, timeCost: 3, parallelism: 4, outputLen: 32 } as const;

let standIn: Promise<string> | undefined;

/** The hash to keep, in PHC string format. NFKC (NIST SP 800-63B), so that every keyboard makes the same password. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize("NFKC"), parameters);
}

/**
 * Whether the password is the one that was hashed. Without a hash (no such person, or none set yet) the same work is
 * done against a hash of nothing anybody knows, so that the time of the answer says nothing.
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  standIn ??= hash(randomBytes(32), parameters);
  const fallback = await standIn;
  const matches = await verify(passwordHash ?? fallback, password.normalize("NFKC"));
  return matches && passwordHash !== null;
}
