import { createPrivateKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { Connection } from "./connection";
import { sealOwnKey, unsealOwnKey } from "./seal";
import { selfSigned } from "./self-signed";

const days = 3_650;

type OwnKey = Pick<Connection, "privateKey" | "ownCertificate">;

/** A key pair of our own for one SAML connection: what we ask of its provider is signed by it. Takes up to a second, so not inside of a transaction. */
export async function makeOwnKey(connectionId: string): Promise<{ privateKey: Buffer; ownCertificate: string }> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 3072 });
  const ownCertificate = selfSigned(privateKey, publicKey, { commonName: "Countersign", days });
  return { privateKey: sealOwnKey(privateKey.export({ type: "pkcs8", format: "der" }), connectionId), ownCertificate };
}

/** Null for a connection of before, until its key is made. @throws Error when it cannot be opened. */
export function openOwnKey({ id, privateKey }: OwnKey & { id: string }): KeyObject | null {
  return privateKey === null ? null : createPrivateKey({ key: unsealOwnKey(privateKey, id), format: "der", type: "pkcs8" });
}
