import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { openCheckpoint } from "../proof/checkpoint-note";
import { openManifest } from "./manifest";
import { scanExport, type ScanOptions } from "./scan-export";
import { byteChange, testEvents, testExport, testKey } from "./testing";

const folder = mkdtempSync(path.join(tmpdir(), "scan-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, "export");

const { records, checkpoint } = testEvents(40);
const complete = testExport("jsonl", records, { complete: true, checkpoint, upTo: 40 });
const someRecords = records.filter(({ seq }) => seq % 7 !== 3 && seq !== 40);
const filtered = testExport("jsonl", someRecords, { complete: false, checkpoint: testEvents(30).checkpoint, upTo: 40 });

/** Scans these lines for what the manifest of `lines` says; a few lines a chunk, so that chunks end in many places. */
async function scan(lines: readonly string[], content: Buffer = Buffer.from(lines.slice(0, -1).join("")), options: ScanOptions = {}) {
  const last = lines.at(-1) ?? "";
  const opened = openManifest(last.trimEnd(), testKey);
  if (!opened.ok) throw new Error(opened.problem);
  const signed = openCheckpoint(opened.manifest.checkpoint ?? "", testKey);
  writeFileSync(file, Buffer.concat([content, Buffer.from(last)]));
  return scanExport(file, opened.manifest, signed.ok ? signed.checkpoint : null, Buffer.byteLength(last), { chunkBytes: 4_000, threads: 0, ...options });
}

describe("scanExport", () => {
  it("finds whole and filtered exports right, wherever chunks begin, and says what of the checkpoint they prove", async () => {
    for (const chunkBytes of [1, 700, 4_000, 1_000_000]) {
      expect(await scan(complete, undefined, { chunkBytes })).toEqual({ events: 40, proved: "root" });
      expect(await scan(filtered, undefined, { chunkBytes })).toEqual({ events: someRecords.length, proved: "chain" });
    }
    // What is missing lies after the signed size: all of its leaves are there.
    const later = testExport("jsonl", records.filter(({ seq }) => seq !== 35), { complete: false, checkpoint: testEvents(30).checkpoint, upTo: 40 });
    expect(await scan(later, undefined, { chunkBytes: 700 })).toEqual({ events: 39, proved: "root" });
    expect(await scan(testExport("jsonl", [], { complete: false, checkpoint, upTo: 40 }))).toEqual({ events: 0, proved: "nothing" });
  });

  it("notices any byte that was changed, removed, inserted or exchanged", async () => {
    for (const lines of [complete, filtered]) {
      const attack = byteChange(Buffer.from(lines.slice(0, -1).join("")));
      await fc.assert(
        fc.asyncProperty(attack, async (changed) => {
          expect(await scan(lines, changed)).toBeNull();
        }),
        { numRuns: 400 },
      );
    }
  });

  it("notices every byte of a line that was changed, also where the search left a gap before it", async () => {
    const at = filtered.findIndex((line) => line.includes('"seq":4,'));
    expect(filtered[at - 1]).toContain('"seq":2,');
    const bytes = Buffer.from(filtered.slice(0, -1).join(""));
    const begin = Buffer.byteLength(filtered.slice(0, at).join(""));
    const passed = [];
    for (let place = begin; place < begin + Buffer.byteLength(filtered[at] ?? ""); place++) {
      const changed = Buffer.from(bytes);
      changed[place] = (changed[place] ?? 0) ^ 1;
      if (await scan(filtered, changed)) passed.push(place - begin);
    }
    expect(passed).toEqual([]);
  });

  it("does the same in threads", async () => {
    expect(await scan(complete, undefined, { threads: 2, chunkBytes: 700 })).toEqual({ events: 40, proved: "root" });
    expect(await scan(filtered, undefined, { threads: 3, chunkBytes: 700 })).toEqual({ events: someRecords.length, proved: "chain" });
    const removed = Buffer.from(complete.toSpliced(20, 1).slice(0, -1).join(""));
    expect(await scan(complete, removed, { threads: 2, chunkBytes: 700 })).toBeNull();
  });

  it("fails when a thread ends in the midst of its work, whatever it ends with", async () => {
    const worker = (code: string) => ({ threads: 2, worker: new URL(`data:text/javascript,${encodeURIComponent(code)}`) });
    await expect(scan(complete, undefined, worker("process.exit(0)"))).rejects.toThrow("ended early");
    await expect(scan(complete, undefined, worker("throw new Error('no memory')"))).rejects.toThrow("no memory");
    const oneOfTwo = `
      import { parentPort, workerData } from "node:worker_threads";
      const turns = new Int32Array(workerData.turns);
      if (Atomics.add(turns, 0, 1) === 0) process.exit(0);
      Atomics.wait(turns, 1, 0);`;
    await expect(scan(complete, undefined, worker(oneOfTwo))).rejects.toThrow("ended early");
    const claims = `
      import { parentPort } from "node:worker_threads";
      parentPort.postMessage({ at: 0, chunk: { events: 0, first: { n: 1, seq: 1, prev: "" }, last: { n: 0, seq: 0, chain: "" }, chains: new Uint8Array(), nodes: [] } });
      parentPort.postMessage(null);`;
    expect(await scan(complete, undefined, worker(claims))).toBeNull();
  });
});
