import { type NoteProblem, openNote, type SignerKey, signNote, type VerifierKey } from "./note";

/** One organization's tree at one size. */
export type Checkpoint = { organizationId: string; size: number; root: Buffer; chain: Buffer };

/**
 * The checkpoint as C2SP tlog-checkpoint: origin, size, base64 root, and one extension line with the chain's head.
 * The origin is the key's name and the organization: each organization has a log of its own.
 */
export function signCheckpoint({ organizationId, size, root, chain }: Checkpoint, key: SignerKey): string {
  const lines = [`${key.name}/${organizationId}`, String(size), root.toString("base64"), `chain ${chain.toString("hex")}`];
  return signNote(`${lines.join("\n")}\n`, key);
}

const shape = /^(?<name>[^\s+]+)\/(?<organization>[0-9a-f-]{36})\n(?<size>0|[1-9]\d{0,15})\n(?<root>[A-Za-z0-9+/]{43}=)\nchain (?<chain>[0-9a-f]{64})\n$/u;

/** Opens a checkpoint if the key signed it. */
export function openCheckpoint(note: string, key: VerifierKey): { ok: true; checkpoint: Checkpoint } | { ok: false; problem: NoteProblem } {
  const opened = openNote(note, key);
  if (!opened.ok) return opened;
  const found = shape.exec(opened.text)?.groups;
  if (!found || found.name !== key.name) return { ok: false, problem: "malformed" };
  const { organization = "", size, root = "", chain = "" } = found;
  return {
    ok: true,
    checkpoint: { organizationId: organization, size: Number(size), root: Buffer.from(root, "base64"), chain: Buffer.from(chain, "hex") },
  };
}
