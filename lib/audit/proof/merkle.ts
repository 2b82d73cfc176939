import { createHash } from "node:crypto";

/** Leaf hash of RFC 9162, 2.1.1: SHA-256(0x00 || data). */
export function leafHash(data: string | Buffer): Buffer {
  return createHash("sha256").update(leafPrefix).update(data).digest();
}

/** Interior node of RFC 9162, 2.1.1: SHA-256(0x01 || left || right). */
export function nodeHash(left: Buffer, right: Buffer): Buffer {
  return createHash("sha256").update(nodePrefix).update(left).update(right).digest();
}

const leafPrefix = Buffer.from([0]);
const nodePrefix = Buffer.from([1]);

/**
 * A Merkle tree that grows at its right edge and remembers only that edge: the hashes of its perfect subtrees, largest
 * first, at most one for each bit of its size ("compact range"). Enough for the root of any later size.
 */
export class MerkleFrontier {
  #hashes: Buffer[];
  #size: number;

  /** @throws RangeError when the number of hashes does not fit the size. */
  constructor(size = 0, hashes: readonly Buffer[] = []) {
    if (!Number.isSafeInteger(size) || size < 0 || hashes.length !== bitCount(size)) {
      throw new RangeError(`a tree of ${size} leaves has another number of perfect subtrees than ${hashes.length}`);
    }
    this.#size = size;
    this.#hashes = [...hashes];
  }

  get size(): number {
    return this.#size;
  }

  get hashes(): readonly Buffer[] {
    return this.#hashes;
  }

  /** Adds one leaf, given as its leaf hash. */
  append(leaf: Buffer): void {
    this.appendSubtree(0, leaf);
  }

  /**
   * Adds a perfect subtree of 2^level leaves, given as its root.
   * @throws RangeError when the leaves before it do not end where such a subtree may begin.
   */
  appendSubtree(level: number, root: Buffer): void {
    const leaves = 2 ** level;
    if (this.#size % leaves !== 0) throw new RangeError(`a subtree of ${leaves} leaves cannot begin after ${this.#size}`);
    let hash = root;
    // Each trailing one bit is a perfect subtree as large as the one that was just completed.
    for (let size = this.#size / leaves; size % 2 === 1; size = (size - 1) / 2) {
      hash = nodeHash(this.#hashes.pop() ?? hash, hash);
    }
    this.#hashes.push(hash);
    this.#size += leaves;
  }

  /** The Merkle tree hash of RFC 9162, 2.1.1; of no leaves, SHA-256 of nothing. */
  root(): Buffer {
    const smallestFirst = this.#hashes.toReversed();
    const [smallest, ...larger] = smallestFirst;
    return larger.reduce((right, left) => nodeHash(left, right), smallest ?? createHash("sha256").digest());
  }
}

function bitCount(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}
