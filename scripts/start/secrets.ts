import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

/** The installation's secrets, made at the first start and kept in a file that only its owner can read. */
export type Secrets = {
  databaseOwnerPassword: string;
  databaseAppPassword: string;
  databaseJobsPassword: string;
  authSecret: string;
  inngestEventKey: string;
  inngestSigningKey: string;
};

/** Reads the secrets, making those that are not there yet. */
export function loadSecrets(dataDir: string): Secrets {
  const file = path.join(dataDir, "secrets.json");
  const before = existsSync(file) ? readFileSync(file, "utf8") : "{}";
  const known: Partial<Secrets> = JSON.parse(before);
  const secrets: Secrets = {
    databaseOwnerPassword: known.databaseOwnerPassword ?? token(24),
    databaseAppPassword: known.databaseAppPassword ?? token(24),
    databaseJobsPassword: known.databaseJobsPassword ?? token(24),
    authSecret: known.authSecret ?? token(32),
    inngestEventKey: known.inngestEventKey ?? token(24),
    // The Inngest SDK expects this prefix before hexadecimal digits.
    inngestSigningKey: known.inngestSigningKey ?? `signkey-prod-${randomBytes(32).toString("hex")}`,
  };
  const text = `${JSON.stringify(secrets, null, 2)}\n`;
  if (text !== before) writePrivate(file, text);
  return secrets;
}

/** Makes an Ed25519 key pair as PEM files `<name>.key` and `<name>.pub` unless it is there. */
export function ensureKeyPair(dataDir: string, name: "portal" | "runner" | "audit" | "leases"): { privateFile: string; publicFile: string } {
  const folder = path.join(dataDir, "keys");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const privateFile = path.join(folder, `${name}.key`);
  const publicFile = path.join(folder, `${name}.pub`);
  if (!existsSync(privateFile) || !existsSync(publicFile)) {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    writePrivate(publicFile, publicKey.export({ type: "spki", format: "pem" }));
    writePrivate(privateFile, privateKey.export({ type: "pkcs8", format: "pem" }));
  }
  return { privateFile, publicFile };
}

/** Whole or not at all, and never readable by others, not even for a moment. */
export function writePrivate(file: string, content: string | Buffer): void {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, content, { mode: 0o600, flush: true });
  renameSync(unfinished, file);
}

function token(bytes: number): string {
  return randomBytes(bytes).toString("base64url");
}
