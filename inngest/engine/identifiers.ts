import { createHash, randomBytes } from "node:crypto";

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

function base32(value: bigint, length: number): string {
  let text = "";
  for (let rest = value, i = 0; i < length; i++, rest >>= 5n) {
    text = alphabet.charAt(Number(rest & 31n)) + text;
  }
  return text;
}

/** A ULID (https://github.com/ulid/spec), the form Inngest gives to events and runs: sorts by creation time. */
export function ulid(now = Date.now()): string {
  return base32(BigInt(now), 10) + base32(BigInt(`0x${randomBytes(10).toString("hex")}`), 16);
}

/** SHA-256 of a text as lower-case hex. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
