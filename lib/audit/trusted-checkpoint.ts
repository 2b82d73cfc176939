import { openCheckpoint } from "./proof/checkpoint-note";
import { MerkleFrontier } from "./proof/merkle";
import type { VerifierKey } from "./proof/note";
import type { StoredCheckpoint } from "./stream";

export type TrustedCheckpoint = { seq: number; chain: Buffer; tree: MerkleFrontier };

/**
 * A stored checkpoint as a state to go on from, if its note is signed by the key and says the same as its row: only
 * then is the row's frontier the tree that was signed. `wrong_key`: it was signed before the key was changed.
 */
export function trustCheckpoint(row: StoredCheckpoint, key: VerifierKey): { ok: true; state: TrustedCheckpoint } | { ok: false; reason: string; wrongKey: boolean } {
  const opened = openCheckpoint(row.note, key);
  if (!opened.ok) {
    const reasons = { malformed: "its note cannot be read", wrong_key: "it is signed by another key than the installation's", bad_signature: "its signature does not fit" };
    return { ok: false, reason: reasons[opened.problem], wrongKey: opened.problem === "wrong_key" };
  }
  const { organizationId, size, root, chain } = opened.checkpoint;
  const tree = frontierOf(row);
  const same = tree && organizationId === row.organizationId && size === row.treeSize && root.equals(row.rootHash) && chain.equals(row.chainHash) && tree.root().equals(root);
  return same ? { ok: true, state: { seq: size, chain, tree } } : { ok: false, reason: "its row does not say what was signed", wrongKey: false };
}

function frontierOf(row: StoredCheckpoint): MerkleFrontier | null {
  try {
    return new MerkleFrontier(row.treeSize, row.frontier);
  } catch {
    return null;
  }
}
