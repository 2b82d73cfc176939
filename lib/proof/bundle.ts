import canonicalize from "canonicalize";
import { z } from "zod";
import { riskClasses } from "@/lib/actions/schemas";
import { checkSignatures, type NoteProblem, type SignerKey, signatureLine, type VerifierKey } from "@/lib/audit/proof/note";

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const Event = z.strictObject({
  seq: z.int().positive(),
  prev: hash,
  leaf: hash,
  chain: hash,
  /** The text that was hashed. */
  body: z.string(),
  /** Inclusion proof in the checkpoint's tree (RFC 9162, 2.1.3), base64; null: it is not signed yet. */
  path: z.array(z.string()).nullable(),
});
export type ProofEvent = z.infer<typeof Event>;

const Assertion = z.strictObject({
  /** `proof.id` in the event of the decision. */
  proof: z.string(),
  statement: z.string(),
  credentialId: z.string(),
  publicKey: z.string(),
  clientDataJSON: z.string(),
  authenticatorData: z.string(),
  signature: z.string(),
  origin: z.string(),
  rpId: z.string(),
});
export type BundledAssertion = z.infer<typeof Assertion>;

const Digest = z.strictObject({
  sha256: hash,
  /** What is hashed, but for the arguments. */
  parts: z.record(z.string(), z.json()),
  /** Null: what was approved has none. `text`: canonical. Without it, they hold what looks like a secret, or are too long. */
  arguments: z.strictObject({ sha256: hash, bytes: z.int().min(0), text: z.string().optional(), why: z.string().optional() }).nullable(),
});
export type BundledDigest = z.infer<typeof Digest>;

export const ProofBundle = z.strictObject({
  kind: z.literal("countersign-proof-bundle"),
  v: z.literal(1),
  organization: z.strictObject({ id: z.string(), name: z.string() }),
  approval: z.strictObject({ id: z.string(), kind: z.string(), risk: z.enum(riskClasses), status: z.string() }),
  action: z.string().nullable(),
  run: z.string().nullable(),
  exportedAt: z.string(),
  exportedBy: z.strictObject({ kind: z.string(), id: z.string(), name: z.string() }),
  /** The verifier key that fits; to be compared with the one that is known from elsewhere, not to be trusted. */
  key: z.string(),
  /** The last event that there was; every event of this request up to it is here. */
  upTo: z.int().min(0),
  events: z.array(Event).min(1).max(500),
  /** A signed note whose tree holds the events. */
  checkpoint: z.string().nullable(),
  digest: Digest.nullable(),
  assertions: z.array(Assertion).max(50),
});
export type ProofBundle = z.infer<typeof ProofBundle>;

/** The bundle as a file: the canonical bundle and the signature over it and a line feed, in one line. */
export function signBundle(bundle: ProofBundle, key: SignerKey): string {
  const text = canonicalize(bundle) ?? "";
  return `{"bundle":${text},"signature":"${signatureLine(`${text}\n`, key).trimEnd()}"}\n`;
}

export type OpenedBundle = { bundle: ProofBundle; problem: NoteProblem | "bytes" | null } | { bundle: null; problem: "malformed" };

/**
 * Reads what `signBundle` wrote. A bundle whose signature does not fit is given too, with the problem, so that it can be said
 * where it was changed.
 */
export function openBundle(file: string, key: VerifierKey): OpenedBundle {
  const [, text = "", signature] = /^\{"bundle":(\{.*\}),"signature":"(— [^"\\]+)"\}\n?$/u.exec(file) ?? [];
  const parsed = ProofBundle.safeParse(signature ? parse(text) : undefined);
  if (!signature || !parsed.success) return { bundle: null, problem: "malformed" };
  const problem = checkSignatures(`${text}\n`, `${signature}\n`, key);
  return { bundle: parsed.data, problem: problem ?? (file.endsWith("\n") ? null : "bytes") };
}

/** Whether a file was meant to be one, however damaged. */
export function looksLikeBundle(beginning: string): boolean {
  return beginning.startsWith('{"bundle"');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
