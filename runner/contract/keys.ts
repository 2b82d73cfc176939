import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";

/** A fresh Ed25519 pair as PEM: PKCS #8 for the private key, SPKI for the public one. */
export function generateKeyPem(): { privateKeyPem: string; publicKeyPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKeyPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
}

/** Reads a PKCS #8 PEM. Throws when it is not an Ed25519 private key. */
export function readPrivateKey(pem: string): KeyObject {
  return requireEd25519(createPrivateKey(pem));
}

/** Reads an SPKI PEM. Throws when it is not an Ed25519 public key. */
export function readPublicKey(pem: string): KeyObject {
  return requireEd25519(createPublicKey(pem));
}

/** Names a key: the first 32 hex digits of the SHA-256 of its public half in SPKI DER. */
export function keyIdOf(key: KeyObject): string {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  return createHash("sha256").update(publicKey.export({ type: "spki", format: "der" })).digest("hex").slice(0, 32);
}

function requireEd25519(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== "ed25519") throw new Error("the key must be an Ed25519 key");
  return key;
}
