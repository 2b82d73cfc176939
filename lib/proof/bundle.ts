import type { RiskClass } from "@/lib/actions/schemas";
import { checkSignatures, type NoteProblem, type SignerKey, signatureLine, type VerifierKey } from "@/lib/audit/proof/note";
import { canonicalJson } from "./canonical";
import { isCount, isHash, isRecord, isText, listOf, maybe, nullOr, objectOf, oneOf, parseJson } from "./shape";

export type ProofEvent = {
  seq: number;
  prev: string;
  leaf: string;
  chain: string;
  /** The text that was hashed. */
  body: string;
  /** Inclusion proof in the checkpoint's tree (RFC 9162, 2.1.3), base64; null: it is not signed yet. */
  path: string[] | null;
};

export type BundledAssertion = {
  /** `proof.id` in the event of the decision. */
  proof: string;
  statement: string;
  credentialId: string;
  publicKey: string;
  clientDataJSON: string;
  authenticatorData: string;
  signature: string;
  origin: string;
  rpId: string;
};

/** A text, or why it is not here: then its hash is, and whoever has the text can check it. */
export type BundledText = { sha256: string; bytes: number; text?: string | undefined; why?: string | undefined };

export type BundledDigest = {
  sha256: string;
  /** What is hashed, but for the arguments. */
  parts: Record<string, unknown>;
  /** Null: what was approved has none. */
  arguments: BundledText | null;
  /** The arguments that it was asked with, where a person edited them. */
  original?: BundledText | undefined;
};

/** One version of a policy: a document of the organization, a workspace or a template, or the policy of the agent (kind `agent`). */
export type BundledPolicy = { kind: string; scopeType: string; scopeId: string; version: number } & BundledText;

/** Who had to agree, as the approval policies were when it was asked; as much of it as is checked. */
export type BundledStage = {
  name: string;
  source: { scopeType: string; scopeId: string; version: number; ruleId: string } | null;
  anyOf: { count: number; people: { kind: string; [more: string]: unknown }[] }[];
  rejections: number;
  reasonPattern: string | null;
  delegation: boolean;
  breakGlass: string[];
  escalations: { afterSeconds: number; people: { kind: string; [more: string]: unknown }[] }[];
};

export type ProofBundle = {
  kind: "countersign-proof-bundle";
  v: 1 | 2;
  organization: { id: string; name: string };
  approval: { id: string; kind: string; risk: RiskClass; status: string };
  action: string | null;
  run: string | null;
  exportedAt: string;
  exportedBy: { kind: string; id: string; name: string };
  /** The verifier key that fits; to be compared with the one that is known from elsewhere, not to be trusted. */
  key: string;
  /** The last event that there was; every event of this request up to it is here. */
  upTo: number;
  /** How many events, of uses of what came of it, are more than a bundle takes; a complete export has them. */
  leftOut?: number | undefined;
  events: ProofEvent[];
  /** A signed note whose tree holds the events. */
  checkpoint: string | null;
  digest: BundledDigest | null;
  /** The policies that the event of the request names, and those that say who must agree. */
  policies?: BundledPolicy[] | undefined;
  /** Null: no approval policy spoke of it, so one person who may decide was asked. */
  plan?: { stages: BundledStage[]; ownerMayDecide: boolean } | null | undefined;
  assertions: BundledAssertion[];
};

/** More is in no bundle: a lease is used a thousand times at most. */
export const mostEvents = 2_000;

const textMembers = { sha256: isHash, bytes: isCount, text: maybe(isText), why: maybe(isText) };
const isTextPart = objectOf(textMembers);
const isPeople = listOf(objectOf({ kind: isText }, { others: true }), 50);
const isTruth = oneOf(true, false);
const isStage = objectOf(
  {
    name: isText, rejections: isCount, reasonPattern: nullOr(isText), delegation: isTruth, breakGlass: listOf(isText, 50),
    source: nullOr(objectOf({ scopeType: isText, scopeId: isText, version: isCount, ruleId: isText }, { others: true })),
    anyOf: listOf(objectOf({ count: isCount, people: isPeople }, { others: true }), 20),
    escalations: listOf(objectOf({ afterSeconds: isCount, people: isPeople }, { others: true }), 20),
  },
  { others: true },
);

const isBundle = objectOf({
  kind: oneOf("countersign-proof-bundle"),
  v: oneOf(1, 2),
  organization: objectOf({ id: isText, name: isText }),
  approval: objectOf({ id: isText, kind: isText, risk: oneOf("LOW", "MEDIUM", "HIGH", "CRITICAL"), status: isText }),
  action: nullOr(isText),
  run: nullOr(isText),
  exportedAt: isText,
  exportedBy: objectOf({ kind: isText, id: isText, name: isText }),
  key: isText,
  upTo: isCount,
  leftOut: maybe(isCount),
  events: (value) => Array.isArray(value) && value.length > 0 && listOf(objectOf({ seq: (seq) => isCount(seq) && seq !== 0, prev: isHash, leaf: isHash, chain: isHash, body: isText, path: nullOr(listOf(isText, 64)) }), mostEvents)(value),
  checkpoint: nullOr(isText),
  digest: nullOr(objectOf({ sha256: isHash, parts: isRecord, arguments: nullOr(isTextPart), original: maybe(isTextPart) })),
  policies: maybe(listOf(objectOf({ kind: isText, scopeType: isText, scopeId: isText, version: isCount, ...textMembers }), 100)),
  plan: maybe(nullOr(objectOf({ stages: listOf(isStage, 20), ownerMayDecide: isTruth }))),
  assertions: listOf(objectOf({ proof: isText, statement: isText, credentialId: isText, publicKey: isText, clientDataJSON: isText, authenticatorData: isText, signature: isText, origin: isText, rpId: isText }), 50),
});

/** The bundle as a file: the canonical bundle and the signature over it and a line feed, in one line. */
export function signBundle(bundle: ProofBundle, key: SignerKey): string {
  const text = canonicalJson(bundle);
  return `{"bundle":${text},"signature":"${signatureLine(`${text}\n`, key).trimEnd()}"}\n`;
}

export type OpenedBundle = { bundle: ProofBundle; problem: NoteProblem | "bytes" | null } | { bundle: null; problem: "malformed" };

/**
 * Reads such a file. A bundle whose signature does not fit is given too, with the problem, so that it can be said
 * where it was changed.
 */
export function openBundle(file: string, key: VerifierKey): OpenedBundle {
  const [, text = "", signature] = /^\{"bundle":(\{.*\}),"signature":"(— [^"\\]+)"\}\n?$/u.exec(file) ?? [];
  const parsed = signature ? parseJson(text) : undefined;
  if (!signature || !isBundle(parsed)) return { bundle: null, problem: "malformed" };
  const problem = checkSignatures(`${text}\n`, `${signature}\n`, key);
  return { bundle: parsed as ProofBundle, problem: problem ?? (file.endsWith("\n") ? null : "bytes") };
}

/** Whether a file was meant to be one, however damaged. */
export function looksLikeBundle(beginning: string): boolean {
  return beginning.startsWith('{"bundle"');
}
