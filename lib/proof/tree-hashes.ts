import { and, asc, gte, lt, lte } from "drizzle-orm";
import { auditCheckpoint, auditEvent } from "@/db/stream/audit";
import type { Tx } from "@/db/tenant";
import { MerkleFrontier, nodeHash } from "@/lib/audit/proof/merkle";
import { largestPowerBelow, pathRanges, type Range } from "./inclusion";

/** So many leaves are read at once; larger subtrees are looked for in stored checkpoints first. */
const leavesAtOnce = 4_096;

/**
 * Inclusion proofs of leaves in the tree of `size` leaves, by index. What is large of the tree is mostly taken from the frontiers
 * of checkpoints, so that the cost hardly grows with the stream; whoever checks the proof finds out if one was wrong.
 */
export async function inclusionPaths(tx: Tx, indexes: readonly number[], size: number): Promise<Map<number, Buffer[]>> {
  const known = new Map<string, Buffer>();
  const found = new Map<number, Buffer[]>();
  for (const index of indexes) {
    const path: Buffer[] = [];
    for (const range of pathRanges(index, size)) path.push(await hashOf(tx, range, known));
    found.set(index, path);
  }
  return found;
}

async function hashOf(tx: Tx, range: Range, known: Map<string, Buffer>): Promise<Buffer> {
  const name = `${range.from} ${range.to}`;
  const before = known.get(name);
  if (before) return before;
  const made = await compute(tx, range, known);
  known.set(name, made);
  return made;
}

async function compute(tx: Tx, { from, to }: Range, known: Map<string, Buffer>): Promise<Buffer> {
  const count = to - from;
  if (count <= leavesAtOnce) return ofLeaves(tx, { from, to });
  const half = largestPowerBelow(count);
  if (half * 2 === count) {
    const stored = await fromCheckpoint(tx, from, count);
    if (stored) return stored;
  }
  return nodeHash(await hashOf(tx, { from, to: from + half }, known), await hashOf(tx, { from: from + half, to }, known));
}

async function ofLeaves(tx: Tx, { from, to }: Range): Promise<Buffer> {
  const rows = await tx
    .select({ leaf: auditEvent.leafHash })
    .from(auditEvent)
    .where(and(gte(auditEvent.seq, from + 1), lte(auditEvent.seq, to)))
    .orderBy(asc(auditEvent.seq));
  const tree = new MerkleFrontier();
  for (const { leaf } of rows) tree.append(leaf);
  return tree.root();
}

/** A perfect subtree is one of a checkpoint's frontier if the checkpoint's tree ends right of it and before its neighbour does. */
async function fromCheckpoint(tx: Tx, from: number, count: number): Promise<Buffer | null> {
  const within = and(gte(auditCheckpoint.treeSize, from + count), lt(auditCheckpoint.treeSize, from + 2 * count));
  const [row] = await tx.select({ size: auditCheckpoint.treeSize, frontier: auditCheckpoint.frontier }).from(auditCheckpoint).where(within).orderBy(asc(auditCheckpoint.treeSize)).limit(1);
  if (!row) return null;
  // The frontier has a hash for each one bit of the size, the largest first.
  let larger = 0;
  for (let rest = Math.floor(row.size / (2 * count)); rest > 0; rest = Math.floor(rest / 2)) larger += rest % 2;
  return row.frontier[larger] ?? null;
}
