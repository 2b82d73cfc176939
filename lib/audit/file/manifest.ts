import canonicalize from "canonicalize";
import { z } from "zod";
import { checkSignatures, type NoteProblem, type SignerKey, signatureLine, type VerifierKey } from "../proof/note";

const seq = z.int().positive();
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const Head = z.object({
  kind: z.literal("countersign-audit-export"),
  /**
   * 1: the manifest has the hash of all bytes before it. 2: that of the chain at each event; whoever writes the head and each
   * event's line again out of what they say, and finds the same bytes, knows as much, and each byte was hashed once.
   */
  v: z.literal([1, 2]),
  format: z.enum(["jsonl", "csv"]),
  organization: z.object({ id: z.string(), name: z.string() }),
  /** What was searched for; empty: everything. */
  filter: z.record(z.string(), z.unknown()),
  /** Workspaces to which the exporter's access is limited; null: the whole organization. */
  workspaces: z.array(z.string()).nullable(),
  /** An archive begins after this event, where the archive before it ended; absent: at event 1. */
  after: z.int().min(0).optional(),
  exportedAt: z.string(),
  exportedBy: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  /** The verifier key that fits; to be compared with the one that is known from elsewhere, not to be trusted. */
  key: z.string(),
});

const Manifest = Head.extend({
  /** The last event there was when the export began. */
  upTo: z.int().min(0),
  count: z.int().min(0),
  firstSeq: seq.nullable(),
  lastSeq: seq.nullable(),
  /** The chain after the last event of the file. */
  lastChain: hash.nullable(),
  /** Nothing was filtered out: the file holds every event from 1, or from the one after `after`, to `upTo`. */
  complete: z.boolean(),
  /** Version 1: SHA-256 of all bytes before the manifest's own line. */
  sha256: hash.optional(),
  /** Version 2: SHA-256 of `chain` of every event in the file, as bytes, one after the other. */
  chains: hash.optional(),
  /** The latest signed checkpoint, as a C2SP signed note. */
  checkpoint: z.string().nullable(),
}).refine((manifest) => (manifest.v === 1 ? manifest.sha256 : manifest.chains) !== undefined);

export type ExportHead = z.infer<typeof Head>;
export type Manifest = z.infer<typeof Manifest>;

/** The first line of a JSON Lines export, with its newline. It repeats what the manifest says at the end. */
export function headLine(head: ExportHead): string {
  return `${canonicalize(Head.parse(head))}\n`;
}

/** The manifest with its signature, as one line without newline. What is signed is the canonical manifest and a newline. */
export function signManifest(manifest: Manifest, key: SignerKey): string {
  const text = canonicalize(manifest) ?? "";
  return `{"manifest":${text},"signature":"${signatureLine(`${text}\n`, key).trimEnd()}"}`;
}

export type OpenedManifest = { ok: true; manifest: Manifest } | { ok: false; problem: NoteProblem | "unknown_version"; signedBy: string | null };

/** Reads what `signManifest` wrote, if the key signed it. */
export function openManifest(line: string, key: VerifierKey): OpenedManifest {
  const [, text = "", signature] = /^\{"manifest":(\{.*\}),"signature":"(— [^"\\]+)"\}$/u.exec(line) ?? [];
  if (!signature) return { ok: false, problem: "malformed", signedBy: null };
  const problem = checkSignatures(`${text}\n`, `${signature}\n`, key);
  if (problem) return { ok: false, problem, signedBy: signerOf(signature) };
  const parsed = Manifest.safeParse(JSON.parse(text));
  return parsed.success ? { ok: true, manifest: parsed.data } : { ok: false, problem: "unknown_version", signedBy: signerOf(signature) };
}

/** Whether a line was meant to be a manifest, however damaged. */
export function looksLikeManifest(line: string): boolean {
  return line.startsWith('{"manifest"') || line.startsWith("manifest,");
}

function signerOf(signature: string): string {
  const [, name = "", encoded = ""] = signature.split(" ");
  return `${name}+${Buffer.from(encoded, "base64").toString("hex", 0, 4)}`;
}
