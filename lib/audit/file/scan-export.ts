import { createHash } from "node:crypto";
import { readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Checkpoint } from "../proof/checkpoint-note";
import { chainStart } from "../proof/chain";
import { MerkleFrontier } from "../proof/merkle";
import { headLine, type Manifest } from "./manifest";
import { chunkScanner, type ScannedChunk, type ScanTask } from "./scan-chunk.mjs";

/** What a thread is given. Chunk i goes from byte `bounds[i]` to `bounds[i + 1]`, whole lines. */
export type ThreadTask = {
  file: string;
  bounds: SharedArrayBuffer;
  /** Two integers: the chunk to be taken next, and how many were joined. */
  turns: SharedArrayBuffer;
  /** No chunk is taken so many places after the first that is not joined. */
  ahead: number;
  task: ScanTask;
};

export type Scan = { events: number; proved: "root" | "chain" | "nothing" };

const usualChunkBytes = 1024 * 1024;
/** What is longer than this without a line end is not an export. */
const longestChunk = 64 * 1024 * 1024;
const mostThreads = 8;
const workerFile = new URL("./scan-worker.mjs", import.meta.url);

/**
 * Checks a JSON Lines export, every byte of it up to the manifest's line, with all cores at once: each line must be the one
 * that its event has, written out again, and the chain at all events must have the hash that was signed. It says only
 * whether everything is right; what is wrong, and where, is for the reading line by line to tell. Null: not everything is.
 * @throws Error when the file cannot be read, or a thread ends before its work: nothing is known then.
 */
export async function scanExport(file: string, manifest: Manifest, checkpoint: Checkpoint | null, manifestBytes: number, options: ScanOptions = {}): Promise<Scan | null> {
  const handle = await open(file, "r");
  try {
    const bounds = await findBounds(handle, manifest, manifestBytes, options.chunkBytes ?? usualChunkBytes);
    if (!bounds) return null;
    const join = new Join(manifest, checkpoint);
    const task = { organizationId: manifest.organization.id, treeSize: checkpoint?.size ?? 0, complete: manifest.complete };
    // Threads take longer to start than a small file to be read.
    const threads = options.threads ?? (bounds.length <= 8 ? 0 : Math.min(mostThreads, availableParallelism()));
    const intact = threads === 0 ? scanHere(handle.fd, bounds, task, join) : await scanInThreads(threads, { file, bounds, task, join, worker: options.worker ?? workerFile });
    return intact ? join.end() : null;
  } finally {
    await handle.close();
  }
}

export type ScanOptions = { chunkBytes?: number; threads?: number; worker?: URL };

function scanHere(file: number, bounds: readonly number[], task: ScanTask, join: Join): boolean {
  const scan = chunkScanner(task);
  return bounds.slice(1).every((end, at) => {
    const begin = bounds[at] ?? 0;
    const chunk = scan(end - begin, (bytes) => readSync(file, bytes, 0, end - begin, begin));
    return chunk !== null && join.take(at, chunk);
  });
}

async function scanInThreads(threads: number, { file, bounds, task, join, worker }: { file: string; bounds: number[]; task: ScanTask; join: Join; worker: URL }): Promise<boolean> {
  const workerData: ThreadTask = { file, bounds: shared(bounds), turns: new SharedArrayBuffer(8), ahead: 4 * threads, task };
  const running = Array.from({ length: threads }, () => new Worker(worker, { workerData, execArgv: [] }));
  try {
    return await Promise.race([joined(running, join, bounds.length - 1, new Int32Array(workerData.turns)), ...running.map(died)]);
  } finally {
    await Promise.all(running.map((thread) => thread.terminate()));
  }
}

/** Byte positions at which chunks of whole lines begin, and the end of the last; null when the head is not as it should be. */
async function findBounds(handle: FileHandle, manifest: Manifest, manifestBytes: number, chunkBytes: number): Promise<number[] | null> {
  const head = Buffer.from(headLine(manifest));
  const { size } = await handle.stat();
  const end = size - manifestBytes;
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(head.length), 0, head.length, 0);
  if (end < head.length || bytesRead < head.length || !buffer.equals(head)) return null;
  const bounds = [head.length];
  const window = Buffer.alloc(64 * 1024);
  for (let at = head.length + chunkBytes; at < end; ) {
    if (at - (bounds.at(-1) ?? 0) > longestChunk) return null;
    const { bytesRead: read } = await handle.read(window, 0, Math.min(window.length, end - at), at);
    const feed = window.subarray(0, read).indexOf(10);
    if (read === 0) break;
    if (feed < 0) at += read;
    else {
      bounds.push(at + feed + 1);
      at += feed + 1 + chunkBytes;
    }
  }
  if (bounds.at(-1) !== end) bounds.push(end);
  return bounds;
}

function shared(numbers: readonly number[]): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(8 * numbers.length);
  new Float64Array(memory).set(numbers);
  return memory;
}

/** Joins what the threads find until all is joined (true) or something is not right (false). */
function joined(threads: readonly Worker[], join: Join, chunks: number, turns: Int32Array): Promise<boolean> {
  return new Promise((resolve) => {
    for (const thread of threads) {
      thread.on("message", (found: { at: number; chunk: ScannedChunk | null } | null) => {
        if (!found) return;
        if (!found.chunk || !join.take(found.at, found.chunk)) resolve(false);
        if (join.chunks === chunks) resolve(true);
        Atomics.store(turns, 1, join.chunks);
        Atomics.notify(turns, 1);
      });
    }
  });
}

/** Rejects when the thread fails, or ends in the midst of its work; never resolves. */
function died(thread: Worker): Promise<never> {
  return new Promise((_, reject) => {
    let done = false;
    thread.on("message", (found) => (done ||= found === null));
    thread.on("error", reject);
    thread.on("exit", (code) => {
      if (!done) reject(new Error(`a thread that checked the file ended early, with ${code}`));
    });
  });
}

/** Joins chunks, which come in any order, in theirs. */
class Join {
  #events = 0;
  /** How many chunks are joined. */
  chunks = 0;
  #waiting = new Map<number, ScannedChunk>();
  #last: ScannedChunk["last"] | null = null;
  #firstSeq: number | null = null;
  #unbroken = true;
  #checkpointChain: string | null = null;
  #tree = new MerkleFrontier();
  readonly #chains = createHash("sha256");

  constructor(
    private readonly manifest: Manifest,
    private readonly checkpoint: Checkpoint | null,
  ) {}

  take(at: number, chunk: ScannedChunk): boolean {
    this.#waiting.set(at, chunk);
    for (let next = this.#waiting.get(this.chunks); next; next = this.#waiting.get(this.chunks)) {
      this.#waiting.delete(this.chunks);
      this.chunks += 1;
      if (!this.#join(next)) return false;
    }
    return true;
  }

  #join({ events, first, last, chains, unbroken, nodes, checkpointChain }: ScannedChunk): boolean {
    const { complete, after = 0, organization } = this.manifest;
    const before = this.#last;
    const treeSize = this.checkpoint?.size ?? 0;
    if (first.n !== this.#events + 1 || last.n !== this.#events + events) return false;
    if (before && (first.seq <= before.seq || (complete && first.seq !== before.seq + 1))) return false;
    if (before && first.seq === before.seq + 1 && first.prev !== before.chain) return false;
    if (!before && complete && first.seq !== after + 1) return false;
    if (first.seq === 1 && first.prev !== chainStart(organization.id).toString("hex")) return false;
    this.#unbroken &&= unbroken && ((before?.seq ?? 0) >= treeSize || first.seq === (before?.seq ?? 0) + 1);
    this.#firstSeq ??= first.seq;
    this.#events += events;
    this.#last = last;
    this.#checkpointChain ??= checkpointChain;
    this.#chains.update(chains);
    if (this.#unbroken) for (const { level, hash } of nodes) this.#tree.appendSubtree(level, Buffer.from(hash, "hex"));
    return true;
  }

  /** Compares the whole with what the manifest and the checkpoint say. */
  end(): Scan | null {
    const { manifest, checkpoint } = this;
    const same =
      this.#events === manifest.count && this.#firstSeq === manifest.firstSeq && (this.#last?.seq ?? null) === manifest.lastSeq &&
      (this.#last?.chain ?? null) === manifest.lastChain && this.#chains.digest("hex") === manifest.chains;
    if (!same) return null;
    if (!checkpoint || this.#checkpointChain === null) return { events: this.#events, proved: "nothing" };
    if (this.#checkpointChain !== checkpoint.chain.toString("hex")) return null;
    if (this.#tree.size !== checkpoint.size) return { events: this.#events, proved: "chain" };
    return this.#tree.root().equals(checkpoint.root) ? { events: this.#events, proved: "root" } : null;
  }
}
