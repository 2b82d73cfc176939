import canonicalize from "canonicalize";
import { createHash, generateKeyPairSync } from "node:crypto";
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
        action: "workspaces.created", resource: { type: "workspace", id: `w${seq}`, name: "Café \"Ω\", 1", workspace: null },
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
export function testExport(format: "jsonl" | "csv", records: readonly EventRecord[], options: { complete: boolean; checkpoint: string | null; upTo: number }): string[] {
  const head: ExportHead = {
    kind: "countersign-audit-export", v: 1, format, organization: { id: testOrganization, name: "Org" },
    filter: options.complete ? {} : { action: ["workspaces.created"] }, workspaces: null, exportedAt: "2026-03-02T10:00:00.000Z",
    exportedBy: { kind: "person", id: "p1", name: "Auditor" }, key: testKey.text,
  };
  const numbered = records.map((record, at) => ({ ...record, n: at + 1 }));
  const lines = format === "jsonl" ? [headLine(head), ...numbered.map((record) => `${jsonLine(record)}\n`)] : [csvHeader, ...numbered.map(csvRow)];
  const manifest = signManifest(
    {
      ...head, upTo: options.upTo, count: records.length, firstSeq: records[0]?.seq ?? null, lastSeq: records.at(-1)?.seq ?? null,
      lastChain: records.at(-1)?.chain ?? null, complete: options.complete, sha256: createHash("sha256").update(lines.join("")).digest("hex"),
      checkpoint: options.checkpoint,
    },
    testKey,
  );
  return [...lines, format === "jsonl" ? `${manifest}\n` : csvManifestRow(manifest)];
}
