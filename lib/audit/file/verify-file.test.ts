import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { chainNext } from "../proof/chain";
import { leafHash } from "../proof/merkle";
import { signerKey } from "../proof/note";
import { csvManifestRow } from "./csv-row";
import { byteChange, testEvents, testExport, testKey } from "./testing";
import { verifyFile } from "./verify-file";

const folder = mkdtempSync(path.join(tmpdir(), "verify-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
async function check(content: string | Buffer | readonly string[], key = testKey) {
  const file = path.join(folder, `${files++}`);
  writeFileSync(file, Array.isArray(content) ? content.join("") : (content as string | Buffer));
  const report = await verifyFile(file, key);
  rmSync(file);
  return report;
}

const { records, checkpoint } = testEvents(12);
const whole = { complete: true, checkpoint, upTo: 12 };
const someRecords = records.filter(({ seq }) => [2, 3, 7, 8, 9, 12].includes(seq));
const some = { complete: false, checkpoint, upTo: 12 };

const kinds = [{ format: "jsonl", v: 2 }, { format: "csv", v: 2 }, { format: "jsonl", v: 1 }, { format: "csv", v: 1 }] as const;
for (const { format, v } of kinds) {
  const complete = testExport(format, records, { ...whole, v });
  const filtered = testExport(format, someRecords, { ...some, v });
  const swap = (lines: readonly string[], a: number, b: number) => lines.map((line, at) => lines[at === a ? b : at === b ? a : at] ?? line);
  const renumber = (lines: readonly string[]) => {
    let n = 0;
    return lines.map((line) => line.replace(format === "jsonl" ? /^\{"n":\d+/ : /^\d+(?=,\d+,)/, () => (format === "jsonl" ? `{"n":${++n}` : String(++n))));
  };

  describe(`verifyFile on ${format}, version ${v}`, () => {
    it("finds a whole and a filtered export intact", async () => {
      expect(await check(complete)).toMatchObject({ intact: true, problems: [], events: 12, proved: "root", checkpoint: { size: 12 } });
      expect(await check(filtered)).toMatchObject({ intact: true, problems: [], events: 6, proved: "chain" });
      expect(await check(testExport(format, [], { ...some, checkpoint: null, v }))).toMatchObject({ intact: true, events: 0 });
    });

    it("notices any byte that was changed, removed, inserted or exchanged, wherever it is", async () => {
      for (const lines of [complete, filtered]) {
        const bytes = Buffer.from(lines.join(""));
        await fc.assert(
          fc.asyncProperty(byteChange(bytes), async (changed) => {
            const report = await check(changed);
            expect(report.intact).toBe(false);
            // It also says where.
            expect(report.problems[0]?.message).not.toContain("no line of it");
          }),
          { numRuns: 400 },
        );
      }
    });

    it("says which line and event was changed", async () => {
      for (const lines of [complete, filtered]) {
        const changed = lines.map((line, at) => (at === 3 ? line.replaceAll("workspaces", "workspacez") : line));
        const [problem] = (await check(changed)).problems;
        expect(problem).toMatchObject({ kind: "changed", line: 4, seq: lines === complete ? 3 : 7 });
        expect(problem?.message).toContain("content does not have the hash");
      }
    });

    it("says between which lines one was removed", async () => {
      expect((await check(complete.toSpliced(4, 1))).problems).toMatchObject([{ kind: "removed", line: 5, seq: 5 }]);
      expect((await check(filtered.toSpliced(4, 2))).problems).toMatchObject([{ kind: "removed", line: 5, seq: 12 }]);
      expect((await check(complete.toSpliced(12, 1))).problems).toMatchObject([{ kind: "removed" }]);
      expect((await check(complete.toSpliced(1, 1))).problems).toMatchObject([{ kind: "removed", line: 2 }]);
      expect((await check(complete.toSpliced(0, 1))).problems[0]).toMatchObject({ kind: "removed", line: 1 });
    });

    it("finds a removed line although the others were numbered again", async () => {
      expect((await check(renumber(complete.toSpliced(4, 1)))).problems).toMatchObject([{ kind: "removed", line: 5, seq: 5 }]);
      expect((await check(renumber(filtered.toSpliced(4, 1)))).problems).toMatchObject([{ kind: "removed" }]);
    });

    it("says which lines were swapped", async () => {
      for (const lines of [complete, filtered]) {
        const near = (await check(swap(lines, 3, 4))).problems;
        expect(near).toMatchObject([{ kind: "reordered", line: 4 }]);
        expect(near[0]?.message).toContain("Lines 4 and 5 were swapped");
        expect((await check(swap(lines, 2, 5))).problems[0]).toMatchObject({ kind: "reordered", line: 3 });
        expect((await check(renumber(swap(lines, 3, 4)))).problems[0]).toMatchObject({ kind: "reordered" });
      }
    });

    it("says which line was inserted", async () => {
      for (const lines of [complete, filtered]) {
        const copy = lines[2] ?? "";
        expect((await check(lines.toSpliced(5, 0, copy))).problems).toMatchObject([{ kind: "inserted", line: 6 }]);
        expect((await check(lines.toSpliced(3, 0, copy))).problems[0]).toMatchObject({ kind: "inserted", line: 4 });
        expect((await check([...lines, copy])).problems[0]).toMatchObject({ kind: "inserted", line: lines.length + 1 });
        expect((await check([...lines, "\n"])).intact).toBe(false);
      }
    });

    it("notices a file that was cut off anywhere", async () => {
      const bytes = Buffer.from(filtered.join(""));
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
          expect((await check(bytes.subarray(0, length))).intact).toBe(false);
        }),
        { numRuns: 200 },
      );
      expect((await check(complete.slice(0, 8))).problems).toMatchObject([{ kind: "truncated", line: 8 }]);
      expect((await check("")).problems).toMatchObject([{ kind: "truncated" }]);
    });

    it("names the key that is wrong, and a signature that does not fit", async () => {
      const other = signerKey("countersign", generateKeyPairSync("ed25519").privateKey);
      const [problem] = (await check(complete, other)).problems;
      expect(problem).toMatchObject({ kind: "key" });
      expect(problem?.message).toContain(`${testKey.name}+${testKey.id}`);
      const rewritten = complete.with(-1, (complete.at(-1) ?? "").replaceAll("Auditor", "Auditos"));
      expect((await check(rewritten)).problems[0]).toMatchObject({ kind: "signature" });
    });

    it("finds a forged event whose own hashes fit", async () => {
      const forged = records.map((record) => {
        if (record.seq !== 7) return record;
        const body = record.body.replace("Person 7", "Person 9");
        const leaf = leafHash(body);
        return { ...record, body, leaf: leaf.toString("hex"), chain: chainNext(Buffer.from(record.prev, "hex"), 7, leaf).toString("hex") };
      });
      const lines = testExport(format, forged, { ...whole, v });
      const unsigned = complete.with(7, lines[7] ?? "");
      expect((await check(unsigned)).problems[0]).toMatchObject({ kind: "changed", line: 9, seq: 8 });
      const last = someRecords.map((record) => forged.find(({ seq }) => seq === record.seq) ?? record);
      const filteredForged = filtered.with(3, testExport(format, last, { ...some, v })[3] ?? "");
      expect((await check(filteredForged)).intact).toBe(false);
    });

    it("finds a rewritten history that was signed again but has an older checkpoint", async () => {
      const { records: others } = testEvents(12, (at) => (at === 5 ? "Nobody" : `Person ${at}`));
      expect((await check(testExport(format, others, { ...whole, v }))).problems[0]).toMatchObject({ kind: "checkpoint", seq: 12 });
      const { records: shorter } = testEvents(11);
      expect((await check(testExport(format, shorter, { ...whole, upTo: 11, v }))).problems[0]).toMatchObject({ kind: "checkpoint" });
    });
  });
}

describe("verifyFile", () => {
  it("names the display column of a CSV file that was edited", async () => {
    const lines = testExport("csv", records, whole);
    const edited = lines.with(6, (lines[6] ?? "").replace("Person 6", "Person 7"));
    expect((await check(edited)).problems).toMatchObject([{ kind: "changed", line: 7, seq: 6 }]);
    expect((await check(edited)).problems[0]?.message).toContain("'actor'");
  });

  it("reads a large file with all cores, and finds in it what was removed, swapped or changed", async () => {
    const { records: many, checkpoint: signed } = testEvents(14_000);
    const lines = testExport("jsonl", many, { complete: true, checkpoint: signed, upTo: many.length });
    expect(lines.join("").length).toBeGreaterThan(8 * 1024 * 1024);
    expect(await check(lines)).toMatchObject({ intact: true, problems: [], events: 14_000, proved: "root" });
    expect((await check(lines.toSpliced(9_000, 1))).problems).toMatchObject([{ kind: "removed", line: 9_001, seq: 9_001 }]);
    const [one = "", two = ""] = lines.slice(7_000);
    expect((await check(lines.toSpliced(7_000, 2, two, one))).problems[0]?.message).toContain("Lines 7001 and 7002 were swapped");
    const changed = lines.with(13_999, (lines[13_999] ?? "").replace('"body"', '"bodY"'));
    expect((await check(changed)).problems).toMatchObject([{ kind: "changed", line: 14_000 }]);
    // Nothing in it differs but the manifest, which is in the words of a CSV file.
    const manifest = (lines.at(-1) ?? "").slice(0, -1);
    expect((await check(lines.with(-1, csvManifestRow(manifest)))).intact).toBe(false);
  });

  it("says that a file of something else is none of ours", async () => {
    expect((await check("hello\nworld\n")).intact).toBe(false);
    expect((await check("{}\n{}\n")).intact).toBe(false);
  });
});
