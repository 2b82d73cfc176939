import { createHash } from "node:crypto";

/** The chain before the first event: SHA-256 of the organization's id as text. */
export function chainStart(organizationId: string): Buffer {
  return createHash("sha256").update(organizationId, "utf8").digest();
}

/** chain(n) = SHA-256(chain(n-1) || n as 8 bytes, big-endian || leaf(n)); the same as `audit_append` computes in SQL. */
export function chainNext(previous: Buffer, seq: number, leaf: Buffer): Buffer {
  const position = Buffer.alloc(8);
  position.writeBigInt64BE(BigInt(seq));
  return createHash("sha256").update(previous).update(position).update(leaf).digest();
}
