import { randomBytes, sign, verify, type KeyObject } from "node:crypto";
import canonicalize from "canonicalize";
import { z } from "zod";
import { keyIdOf } from "./keys";

/** What an envelope is for. It is signed with the rest, so that one kind cannot be passed off as another. */
export const Purpose = z.enum(["dispatch", "output", "result", "kill", "status", "status_report"]);
export type Purpose = z.infer<typeof Purpose>;

/** The longest life an envelope may claim, so that a nonce need not be remembered for ever. */
export const MAX_TTL_MS = 15 * 60_000;

const Envelope = z.strictObject({
  purpose: Purpose,
  keyId: z.string().regex(/^[0-9a-f]{32}$/),
  issuedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  nonce: z.string().regex(/^[A-Za-z0-9_-]{22,64}$/),
  body: z.unknown(),
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});
export type Envelope = z.infer<typeof Envelope>;

/** Remembers nonces until they expire, for every server that opens envelopes with the same key. */
export interface NonceStore {
  /** Resolves to false when the nonce had been remembered before. Must be atomic. */
  remember(nonce: string, expiresAt: Date): Promise<boolean>;
}

export type RejectionReason = "malformed" | "bad_signature" | "wrong_purpose" | "expired" | "not_yet_valid" | "replayed";

export class EnvelopeRejected extends Error {
  constructor(readonly reason: RejectionReason) {
    super(`envelope rejected: ${reason}`);
    this.name = "EnvelopeRejected";
  }
}

export interface SignOptions {
  /** Life of the envelope, at most MAX_TTL_MS; a minute unless told. */
  ttlMs?: number;
  now?: Date;
}

/** Signs `body` for one purpose: Ed25519 (RFC 8032) over the canonical JSON (RFC 8785) of all other members. */
export function signEnvelope(privateKey: KeyObject, purpose: Purpose, body: unknown, options: SignOptions = {}): Envelope {
  const { ttlMs = 60_000, now = new Date() } = options;
  if (ttlMs <= 0 || ttlMs > MAX_TTL_MS) throw new RangeError(`ttlMs must be between 1 and ${MAX_TTL_MS}`);
  const unsigned = {
    purpose,
    keyId: keyIdOf(privateKey),
    issuedAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + ttlMs).toISOString(),
    nonce: newNonce(),
    body,
  };
  return { ...unsigned, signature: sign(null, signedBytes(unsigned), privateKey).toString("base64url") };
}

export interface OpenOptions {
  seen: NonceStore;
  now?: Date;
  /** How far the two clocks may be apart; half a minute unless told. */
  skewMs?: number;
}

/**
 * Checks form, signature, purpose, times and single use, in this order, and gives back the body, still to be parsed.
 * Throws `EnvelopeRejected`. A forged envelope never reaches the nonce store.
 */
export async function openEnvelope(publicKey: KeyObject, purpose: Purpose, envelope: unknown, options: OpenOptions): Promise<unknown> {
  const { seen, now = new Date(), skewMs = 30_000 } = options;
  const parsed = Envelope.safeParse(envelope);
  if (!parsed.success) throw new EnvelopeRejected("malformed");
  const { signature, ...unsigned } = parsed.data;
  if (unsigned.keyId !== keyIdOf(publicKey) || !isSignedBy(publicKey, unsigned, signature)) throw new EnvelopeRejected("bad_signature");
  if (unsigned.purpose !== purpose) throw new EnvelopeRejected("wrong_purpose");

  const issuedAt = Date.parse(unsigned.issuedAt);
  const expiresAt = Date.parse(unsigned.expiresAt);
  if (expiresAt <= issuedAt || expiresAt - issuedAt > MAX_TTL_MS) throw new EnvelopeRejected("malformed");
  if (issuedAt > now.getTime() + skewMs) throw new EnvelopeRejected("not_yet_valid");
  if (expiresAt <= now.getTime() - skewMs) throw new EnvelopeRejected("expired");
  if (!(await seen.remember(unsigned.nonce, new Date(expiresAt + skewMs)))) throw new EnvelopeRejected("replayed");
  return unsigned.body;
}

/** 128 random bits in base64url. */
export function newNonce(): string {
  return randomBytes(16).toString("base64url");
}

function isSignedBy(publicKey: KeyObject, unsigned: Omit<Envelope, "signature">, signature: string): boolean {
  const bytes = Buffer.from(signature, "base64url");
  // The last character of 64 bytes in base64url has spare bits: only one spelling is accepted.
  return bytes.toString("base64url") === signature && verify(null, signedBytes(unsigned), publicKey, bytes);
}

function signedBytes(unsigned: Omit<Envelope, "signature">): Buffer {
  try {
    return Buffer.from(canonicalize(unsigned) ?? "", "utf8");
  } catch {
    // Nested too deeply for the stack, or a number JSON does not know.
    throw new EnvelopeRejected("malformed");
  }
}
