import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { type SignerKey, signerKey } from "./proof/note";

let loaded: { file: string; key: SignerKey } | undefined;

/**
 * The key that signs checkpoints and exports, from the PEM file that the environment names. Its `text` is the public
 * verifier key, to be given to auditors.
 * @throws AppError `unavailable` when none is configured.
 */
export function auditKey(): SignerKey {
  const { AUDIT_PRIVATE_KEY_FILE: file, AUDIT_ORIGIN: origin } = env();
  if (!file) {
    throw new AppError("unavailable", "The audit stream has no signing key.", { hint: "Set AUDIT_PRIVATE_KEY_FILE to an Ed25519 private key as PEM, and start again." });
  }
  if (loaded?.file !== file) loaded = { file, key: signerKey(origin, createPrivateKey(readFileSync(/* turbopackIgnore: true */ file))) };
  return loaded.key;
}
