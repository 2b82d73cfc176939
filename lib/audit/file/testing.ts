import canonicalize from "canonicalize";
import { createHash, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { chainNext, chainStart } from "../proof/chain";
import { signCheckpoint } from "../proof/checkpoint-note";
import { leafHash, MerkleFrontier } from "../proof/merkle";
import { signerKey } from "../proof/note";
import { csvHeader, csvManifestRow, csvRow } from "./csv-row";
import { type EventRecord, jsonLine } from "./event-record";
import { type ExportHead, headLine, signManifest } from "./manifest";

export const testKey = signerKey("countersign", generateKeyPairSync("ed25519").privateKey);
export const testOrganization = "0190a0a0-0000-7000-8000-000000000001";

/** `count` chained events of one organization, and the tree over them. */
export function testEvents(count: number, name = (at: number) => `Person ${at}`): { records: EventRecord[]; checkpoint: string } {
  const tree = new MerkleFrontier();
  const records: EventRecord[] = [];
  let chain = chainStart(testOrganization);
  for (let seq = 1; seq <= count; seq++) {
    const body =
      canonicalize({
        v: 1, id: `e${seq}`, organization: testOrganization, time: "2026-03-01T10:00:00.000Z",
        actor: { kind: "person", id: `p${seq % 3}`, name: name(seq), ip: "192.0.2.1", userAgent: null },
        action: "workspaces.created", resource: { type: "workspace", id: `w${seq}`, name: "Café \"Ω\", \uFFFD1", workspace: null },
        details: { note: "=1+1\nsecond line" }, outcome: "success", severity: "notice", requestId: `r${seq}`,
      }) ?? "";
    const leaf = leafHash(body);
    const prev = chain.toString("hex");
    chain = chainNext(chain, seq, leaf);
    tree.append(leaf);
    records.push({ n: seq, seq, prev, leaf: leaf.toString("hex"), chain: chain.toString("hex"), body });
  }
  return { records, checkpoint: signCheckpoint({ organizationId: testOrganization, size: count, root: tree.root(), chain }, testKey) };
}

/** The lines of an export as it would be downloaded, each with its line end. */
export function testExport(format: "jsonl" | "csv", records: readonly EventRecord[], options: { complete: boolean; checkpoint: string | null; upTo: number; v?: 1 | 2 }): string[] {
  const head: ExportHead = {
    kind: "countersign-audit-export", v: options.v ?? 2, format, organization: { id: testOrganization, name: "Org \uFFFD" },
    filter: options.complete ? {} : { action: ["workspaces.created"] }, workspaces: null, exportedAt: "2026-03-02T10:00:00.000Z",
    exportedBy: { kind: "person", id: "p1", name: "Auditor" }, key: testKey.text,
  };
  const numbered = records.map((record, at) => ({ ...record, n: at + 1 }));
  const lines = format === "jsonl" ? [headLine(head), ...numbered.map((record) => `${jsonLine(record)}\n`)] : [csvHeader, ...numbered.map(csvRow)];
  const proof =
    head.v === 1
      ? { sha256: createHash("sha256").update(lines.join("")).digest("hex") }
      : { chains: createHash("sha256").update(records.map(({ chain }) => chain).join(""), "hex").digest("hex") };
  const manifest = signManifest(
    {
      ...head, upTo: options.upTo, count: records.length, firstSeq: records[0]?.seq ?? null, lastSeq: records.at(-1)?.seq ?? null,
      lastChain: records.at(-1)?.chain ?? null, complete: options.complete, ...proof, checkpoint: options.checkpoint,
    },
    testKey,
  );
  return [...lines, format === "jsonl" ? `${manifest}\n` : csvManifestRow(manifest)];
}

/** The file after one small attack: a byte changed, removed, inserted, repeated, exchanged with its neighbour, or spelled otherwise. */
export function byteChange(bytes: Buffer): fc.Arbitrary<Buffer> {
  const at = fc.nat(bytes.length - 1);
  const byte = fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('\n\r "0,{}\\:\uFEFF\uFFFD')));
  const changes = fc.oneof(
    fc.tuple(at, byte).map(([place, value]) => Buffer.from(bytes).fill(value, place, place + 1)),
    at.map((place) => Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1)])),
    fc.tuple(fc.nat(bytes.length), byte).map(([place, value]) => Buffer.concat([bytes.subarray(0, place), Buffer.from([value]), bytes.subarray(place)])),
    at.map((place) => Buffer.concat([bytes.subarray(0, place + 1), bytes.subarray(place)])),
    at.map((place) => Buffer.concat([bytes.subarray(0, place), bytes.subarray(place, place + 2).reverse(), bytes.subarray(place + 2)])),
    // What is not UTF-8 reads as U+FFFD, which stands in the file rightly too.
    fc.constantFrom(...placesOf(bytes, Buffer.from("\uFFFD"))).chain((place) =>
      fc.constantFrom([0xff], [0xf0, 0x9f, 0x98], [0xef, 0xbf]).map((wrong) => Buffer.concat([bytes.subarray(0, place), Buffer.from(wrong), bytes.subarray(place + 3)])),
    ),
  );
  return changes.filter((changed) => !changed.equals(bytes));
}

function placesOf(bytes: Buffer, wanted: Buffer): number[] {
  const places = [];
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) places.push(at);
  return places;
}
