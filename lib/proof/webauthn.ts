import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { isRecord, parseJson } from "./shape";

/** What an authenticator gave, in base64url: as WebAuthn Level 3 says in 5.2.2 and 5.8.1, with the key in the form of COSE (RFC 9052). */
export type SignedChallenge = { clientDataJSON: string; authenticatorData: string; signature: string; publicKey: string };

/** Whether a key signed for this challenge, on a page of this origin, for this relying party, with somebody present (WebAuthn Level 3, 7.2). */
export function isSignedBy(given: SignedChallenge, { challenge, origin, rpId }: { challenge: string; origin: string; rpId: string }): boolean {
  const [clientData, authenticatorData, signature] = [given.clientDataJSON, given.authenticatorData, given.signature].map((each) => Buffer.from(each, "base64url"));
  if (!clientData || !authenticatorData || !signature || authenticatorData.length < 37) return false;
  const said = parseJson(clientData.toString("utf8"));
  if (!isRecord(said) || said.type !== "webauthn.get" || said.challenge !== challenge || said.origin !== origin) return false;
  const isOfParty = authenticatorData.subarray(0, 32).equals(createHash("sha256").update(rpId).digest());
  const isPresent = ((authenticatorData[32] ?? 0) & 1) === 1;
  const signed = Buffer.concat([authenticatorData, createHash("sha256").update(clientData).digest()]);
  return isOfParty && isPresent && isSignature(signed, signature, Buffer.from(given.publicKey, "base64url"));
}

/** By the number of its algorithm (IANA, COSE algorithms) the hash that it signs; null: it hashes by itself. */
const hashes: Record<number, string | null> = { [-7]: "sha256", [-8]: null, [-35]: "sha384", [-36]: "sha512", [-257]: "sha256", [-258]: "sha384", [-259]: "sha512" };

function isSignature(signed: Buffer, signature: Buffer, coseKey: Buffer): boolean {
  try {
    const members = readCoseKey(coseKey);
    const hash = hashes[Number(members.get(3))];
    return hash !== undefined && verify(hash, signed, publicKeyOf(members), signature);
  } catch {
    return false;
  }
}

function publicKeyOf(members: ReadonlyMap<number, number | Buffer>): KeyObject {
  const text = (label: number) => {
    const value = members.get(label);
    if (!(value instanceof Buffer)) throw new Error("the key lacks a part");
    return value.toString("base64url");
  };
  const [type, curve] = [members.get(1), Number(members.get(-1))];
  if (type === 2) return createPublicKey({ format: "jwk", key: { kty: "EC", crv: ["", "P-256", "P-384", "P-521"][curve] ?? "", x: text(-2), y: text(-3) } });
  if (type === 3) return createPublicKey({ format: "jwk", key: { kty: "RSA", n: text(-1), e: text(-2) } });
  if (type === 1 && curve === 6) return createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x: text(-2) } });
  throw new Error("the key is of no known type");
}

/** A COSE key is a CBOR map (RFC 8949) of small numbers to numbers and byte strings; nothing else of CBOR is read. */
function readCoseKey(bytes: Buffer): Map<number, number | Buffer> {
  let at = 0;
  const head = (): { major: number; value: number } => {
    const first = bytes.readUInt8(at);
    at += 1;
    const [major, short] = [first >> 5, first & 31];
    if (short < 24) return { major, value: short };
    const length = { 24: 1, 25: 2, 26: 4 }[short];
    if (!length) throw new Error("the key is not in its shortest form");
    at += length;
    return { major, value: bytes.readUIntBE(at - length, length) };
  };
  const item = (): number | Buffer => {
    const { major, value } = head();
    if (major === 0) return value;
    if (major === 1) return -1 - value;
    if (major !== 2 || at + value > bytes.length) throw new Error("the key holds something else than numbers and bytes");
    at += value;
    return bytes.subarray(at - value, at);
  };
  const { major, value: count } = head();
  if (major !== 5 || count > 16) throw new Error("the key is no map");
  const members = new Map<number, number | Buffer>();
  for (let left = count; left > 0; left -= 1) members.set(Number(item()), item());
  return members;
}
