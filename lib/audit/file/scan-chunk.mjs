// @ts-check
// In JavaScript, since a thread that has to compile its program first takes longer to start than to check a hundred thousand
// events.
import crypto from "node:crypto";

const begins = /^\{"n":([1-9]\d{0,14}),"seq":([1-9]\d{0,14}),"prev":"([0-9a-f]{64})","/;

/** SHA-256 with a byte as a character of the same code: the form that costs least. Node 20.9 has no `hash` yet. */
const sha256 = crypto.hash
  ? (/** @type {Uint8Array} */ data) => crypto.hash("sha256", data, "latin1")
  : (/** @type {Uint8Array} */ data) => crypto.createHash("sha256").update(data).digest("latin1");

const digits = Buffer.from("0123456789abcdef");
const high = Uint8Array.from({ length: 256 }, (_, byte) => digits[byte >> 4] ?? 0);
const low = Uint8Array.from({ length: 256 }, (_, byte) => digits[byte & 15] ?? 0);

const nine = 0x39;
/** Bytes of a line before its body, without the two numbers. */
const headBytes = 243;

/**
 * Reads chunks of an export, whole lines, and checks every byte of them.
 * @param {import("./scan-chunk.d.mts").ScanTask} task
 * @returns {(length: number, read: (bytes: Buffer) => number) => import("./scan-chunk.d.mts").ScannedChunk | null}
 */
export function chunkScanner({ organizationId, treeSize, complete }) {
  const organization = Buffer.from(`,"organization":"${organizationId}",`);
  /** chain(n-1), n and leaf(n), one after the other, as they are hashed. */
  const link = Buffer.alloc(72);
  /** What the line must begin with; the fields stand from the end, whose places do not depend on the length of the numbers. */
  const head = Buffer.alloc(headBytes + 40);
  const headEnd = head.length;
  const chainAt = headEnd - 73;
  const leafAt = chainAt - 75;
  const prevAt = leafAt - 74;
  head.write('","leaf":"', leafAt - 10);
  head.write('","chain":"', chainAt - 11);
  head.write('","body":', headEnd - 9);

  let bytes = Buffer.alloc(0);
  /** chain of each event. */
  let chains = Buffer.alloc(0);
  /** Leaf hashes, with room before the first for the byte that begins an interior node. */
  let leaves = Buffer.alloc(0);
  /** How far from the end of its line the last event named its organization: most do so in the same place. */
  let namedBefore = 0;

  /** Where in `head` the line begins that has the two numbers. */
  let headStart = 0;
  let seqEnd = 0;
  let nEnd = 0;

  /** @param {number} n @param {number} seq */
  function setNumbers(n, seq) {
    const text = `{"n":${n},"seq":${seq},"prev":"`;
    headStart = prevAt - text.length;
    seqEnd = prevAt - 9;
    nEnd = seqEnd - String(seq).length - 7;
    head.latin1Write(text, headStart, text.length);
    setPosition(seq);
  }

  /** As `setNumbers` with both one greater, which most lines are. @param {number} n @param {number} seq */
  function countUp(n, seq) {
    if (head[seqEnd - 1] === nine || head[nEnd - 1] === nine) setNumbers(n, seq);
    else {
      head[seqEnd - 1] = (head[seqEnd - 1] ?? 0) + 1;
      head[nEnd - 1] = (head[nEnd - 1] ?? 0) + 1;
      setPosition(seq);
    }
  }

  /** @param {number} seq */
  function setPosition(seq) {
    link.writeUInt32BE(Math.floor(seq / 2 ** 32), 32);
    link.writeUInt32BE(seq % 2 ** 32, 36);
  }

  /**
   * Whether the line is, byte for byte, the one that the event with the numbers in `head` has, after the chain that `link` and
   * `head` begin with. Then its leaf is in `link`, and its chain in `chains` and `head`.
   * @param {number} start @param {number} end @param {number} event
   */
  function isRight(start, end, event) {
    const bodyAt = start + headEnd - headStart;
    if (bodyAt >= end) return false;
    // The byte before the body becomes, for a moment, the one that RFC 9162 puts before a leaf: nothing is copied.
    const before = bytes[bodyAt - 1] ?? 0;
    bytes[bodyAt - 1] = 0;
    const leaf = sha256(new Uint8Array(bytes.buffer, bodyAt - 1, end - bodyAt));
    bytes[bodyAt - 1] = before;
    put(leaf, link, 40, leafAt);
    put(sha256(link), chains, 32 * event, chainAt);
    return bytes.compare(head, headStart, headEnd, start, bodyAt) === 0 && bytes[bodyAt] === 0x7b && namesOrganization(bodyAt, end);
  }

  /** Into `target` as bytes, and as hexadecimal into `head`. @param {string} digest @param {Uint8Array} target @param {number} at @param {number} place */
  function put(digest, target, at, place) {
    for (let i = 0; i < 32; i++) {
      const byte = digest.charCodeAt(i);
      target[at + i] = byte;
      head[place + 2 * i] = high[byte] ?? 0;
      head[place + 2 * i + 1] = low[byte] ?? 0;
    }
  }

  /** @param {number} bodyAt @param {number} end */
  function namesOrganization(bodyAt, end) {
    const at = end - namedBefore;
    if (namedBefore > organization.length && at > bodyAt && bytes.compare(organization, 0, organization.length, at, at + organization.length) === 0) return true;
    const found = bytes.indexOf(organization, bodyAt);
    namedBefore = end - found;
    return found >= 0 && found + organization.length < end;
  }

  /**
   * Checks the lines of one chunk, every byte of them. Null: something is not as it should be.
   * @param {number} length
   * @returns {import("./scan-chunk.d.mts").ScannedChunk | null}
   */
  function scan(length) {
    let events = 0;
    let leafCount = 0;
    let unbroken = true;
    let n = 0;
    let seq = 0;
    let first = null;
    let checkpointChain = null;
    for (let start = 0; start < length; ) {
      const end = bytes.indexOf(10, start);
      if (end < 0 || end >= length || bytes[end - 1] !== 0x7d || bytes[end - 2] !== 0x7d) return null;
      n += 1;
      seq += 1;
      if (first) countUp(n, seq);
      if (!first || !isRight(start, end, events)) {
        // The first of the chunk, or one after a gap that the search left; anything else is for who can tell what it is.
        const [, ownN, ownSeq, prev] = begins.exec(bytes.latin1Slice(start, Math.min(end, start + 160))) ?? [];
        if (!ownN || !ownSeq || !prev) return null;
        if (first && (complete || Number(ownN) !== n || Number(ownSeq) <= seq)) return null;
        // What lies before the signed size and is not here is missing from its tree.
        if (first && seq <= treeSize) unbroken = false;
        n = Number(ownN);
        seq = Number(ownSeq);
        first ??= { n, seq, prev };
        link.hexWrite(prev, 0, 32);
        head.latin1Write(prev, prevAt, 64);
        setNumbers(n, seq);
        if (!isRight(start, end, events)) return null;
      }
      if (seq <= treeSize && unbroken) {
        for (let i = 0; i < 32; i++) leaves[1 + 32 * leafCount + i] = link[40 + i] ?? 0;
        leafCount += 1;
      }
      if (seq === treeSize) checkpointChain = head.latin1Slice(chainAt, chainAt + 64);
      for (let i = 0; i < 32; i++) link[i] = chains[32 * events + i] ?? 0;
      head.copyWithin(prevAt, chainAt, chainAt + 64);
      events += 1;
      start = end + 1;
    }
    if (!first) return null;
    return {
      events,
      first,
      last: { n, seq, chain: head.latin1Slice(chainAt, chainAt + 64) },
      chains: Uint8Array.prototype.slice.call(chains, 0, 32 * events),
      unbroken,
      nodes: subtrees(first.seq - 1, leafCount),
      checkpointChain,
    };
  }

  /**
   * The perfect subtrees over the leaves at hand, from left to right, as they are aligned in the whole tree.
   * @param {number} position of the first leaf, from 0 @param {number} count
   */
  function subtrees(position, count) {
    const left = [];
    const right = [];
    for (let level = 0; count > 0; level++) {
      let at = 0;
      if (position % 2 === 1) {
        left.push({ level, hash: leaves.hexSlice(1, 33) });
        at = 1;
      }
      if ((count - at) % 2 === 1) right.push({ level, hash: leaves.hexSlice(1 + 32 * (count - 1), 1 + 32 * count) });
      const pairs = Math.floor((count - at) / 2);
      for (let pair = 0; pair < pairs; pair++) {
        // The byte before a pair belongs to one that is done.
        const begin = 32 * (at + 2 * pair);
        leaves[begin] = 1;
        leaves.latin1Write(sha256(new Uint8Array(leaves.buffer, begin, 65)), 1 + 32 * pair, 32);
      }
      position = Math.ceil(position / 2);
      count = pairs;
    }
    return [...left, ...right.reverse()];
  }

  return (length, read) => {
    if (bytes.length < length) {
      bytes = Buffer.allocUnsafeSlow(length);
      chains = Buffer.allocUnsafeSlow(Math.ceil(length / headBytes) * 32);
      leaves = Buffer.allocUnsafeSlow(chains.length + 1);
    }
    return read(bytes) === length ? scan(length) : null;
  };
}
