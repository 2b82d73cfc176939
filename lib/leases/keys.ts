import { createPublicKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import type { JWK } from "jose";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { keyIdOf, readPrivateKey } from "@/runner/contract/keys";

export type LeaseKey = { kid: string; privateKey: KeyObject; publicKey: KeyObject };

let loaded: { file: string; key: LeaseKey } | undefined;

/**
 * The installation's key that signs leases and nothing else, from the PEM file that the environment names. Replacing it
 * ends every lease that was signed with it.
 * @throws AppError `unavailable` when none is configured.
 */
export function leaseKey(): LeaseKey {
  const { LEASE_PRIVATE_KEY_FILE: file } = env();
  if (!file) throw new AppError("unavailable", "There is no key to sign leases with.", { hint: "Set LEASE_PRIVATE_KEY_FILE to an Ed25519 private key as PEM, and start again." });
  if (loaded?.file !== file) {
    const privateKey = readPrivateKey(readFileSync(/* turbopackIgnore: true */ file, "utf8"));
    loaded = { file, key: { kid: keyIdOf(privateKey), privateKey, publicKey: createPublicKey(privateKey) } };
  }
  return loaded.key;
}

/** The public half as a JSON Web Key Set (RFC 7517, RFC 8037), by which whoever receives a lease can check its signature. */
export function leaseKeySet(): { keys: JWK[] } {
  const { kid, publicKey } = leaseKey();
  const { kty, crv, x } = publicKey.export({ format: "jwk" });
  return { keys: [{ kty: kty ?? "OKP", crv: crv ?? "Ed25519", x: x ?? "", kid, use: "sig", alg: "EdDSA" }] };
}
