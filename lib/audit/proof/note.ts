import { createHash, createPublicKey, type KeyObject, sign, verify } from "node:crypto";

/** Who may have signed a note: the name and Ed25519 key of a C2SP signed-note verifier key. */
export type VerifierKey = { name: string; id: string; publicKey: KeyObject; text: string };
export type SignerKey = VerifierKey & { privateKey: KeyObject };

const ed25519 = Buffer.from([1]);
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");

/** The key's text form is `<name>+<id as hex>+<base64(0x01 || public key)>` (C2SP signed-note, 'verifier keys'). */
export function verifierKey(name: string, publicKey: KeyObject): VerifierKey {
  if (!/^[^\s+]+$/u.test(name)) throw new Error("a key's name has no spaces and no plus sign");
  if (publicKey.asymmetricKeyType !== "ed25519") throw new Error("the key must be an Ed25519 key");
  const typed = Buffer.concat([ed25519, rawPublicKey(publicKey)]);
  const id = createHash("sha256").update(`${name}\n`).update(typed).digest("hex").slice(0, 8);
  return { name, id, publicKey, text: `${name}+${id}+${typed.toString("base64")}` };
}

/** A private key that signs under a name. */
export function signerKey(name: string, privateKey: KeyObject): SignerKey {
  return { ...verifierKey(name, createPublicKey(privateKey)), privateKey };
}

/**
 * Reads a verifier key.
 * @throws Error when it is not one, or its id does not belong to its name and key.
 */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name = "", id, encoded = ""] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/u.exec(text.trim()) ?? [];
  const typed = Buffer.from(encoded, "base64");
  if (typed.length !== 33 || typed[0] !== 1) throw new Error("this is not a verifier key: it should look like name+0123abcd+AQ…");
  const key = createPublicKey({ key: Buffer.concat([spkiPrefix, typed.subarray(1)]), format: "der", type: "spki" });
  const parsed = verifierKey(name, key);
  if (parsed.id !== id) throw new Error(`the verifier key is damaged: its id should be ${parsed.id}`);
  return parsed;
}

/** Signs text that ends in a newline: the signature line of a C2SP signed note, with its own newline. */
export function signatureLine(text: string, key: SignerKey): string {
  if (!text.endsWith("\n")) throw new Error("the text of a note ends in a newline");
  const signature = Buffer.concat([Buffer.from(key.id, "hex"), sign(null, Buffer.from(text), key.privateKey)]);
  return `— ${key.name} ${signature.toString("base64")}\n`;
}

/** A C2SP signed note: the text, an empty line, the signature. */
export function signNote(text: string, key: SignerKey): string {
  return `${text}\n${signatureLine(text, key)}`;
}

export type NoteProblem = "malformed" | "wrong_key" | "bad_signature";

/** Opens a note: its text if the key signed it, or why it is not to be believed. Lines of other keys are passed over. */
export function openNote(note: string, key: VerifierKey): { ok: true; text: string } | { ok: false; problem: NoteProblem } {
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n")) return { ok: false, problem: "malformed" };
  const text = note.slice(0, split + 1);
  const problem = checkSignatures(text, note.slice(split + 2), key);
  return problem ? { ok: false, problem } : { ok: true, text };
}

/** Whether one of the signature lines is the key's own over the text; null when it is. */
export function checkSignatures(text: string, lines: string, key: VerifierKey): NoteProblem | null {
  for (const line of lines.slice(0, -1).split("\n")) {
    const [, name, encoded = ""] = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
    const bytes = Buffer.from(encoded, "base64");
    // Base64 has several spellings of the same bytes; only one of them was signed and hashed.
    if (!name || bytes.length <= 4 || bytes.toString("base64") !== encoded) return "malformed";
    if (name !== key.name || bytes.toString("hex", 0, 4) !== key.id) continue;
    return verify(null, Buffer.from(text), key.publicKey, bytes.subarray(4)) ? null : "bad_signature";
  }
  return "wrong_key";
}

function rawPublicKey(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" }).subarray(-32);
}
