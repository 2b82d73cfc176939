// @ts-check
// A thread of `scanExport`.
import { closeSync, openSync, readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { chunkScanner } from "./scan-chunk.mjs";

/** @type {import("./scan-export").ThreadTask} */
const { file, bounds, turns, ahead, task } = workerData;
const turn = new Int32Array(turns);
const ends = new Float64Array(bounds);
const scan = chunkScanner(task);

const handle = openSync(file, "r");
for (;;) {
  const at = Atomics.add(turn, 0, 1);
  if (at + 1 >= ends.length) break;
  // Nobody runs so far ahead of the slowest that what waits to be joined fills the memory.
  for (let joined = Atomics.load(turn, 1); at >= joined + ahead; joined = Atomics.load(turn, 1)) Atomics.wait(turn, 1, joined);
  const begin = ends[at] ?? 0;
  const length = (ends[at + 1] ?? 0) - begin;
  const chunk = scan(length, (bytes) => readSync(handle, bytes, 0, length, begin));
  parentPort?.postMessage({ at, chunk }, chunk ? [chunk.chains.buffer] : []);
}
closeSync(handle);
// Without this word the thread did not end by itself.
parentPort?.postMessage(null);
