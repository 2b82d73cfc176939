import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import path from "node:path";
import type { AuditEntry } from "@/lib/audit/actions";
import { auditBody } from "@/lib/audit/append";
import { jsonLine } from "@/lib/audit/file/event-record";
import { type ExportHead, headLine, signManifest } from "@/lib/audit/file/manifest";
import { verifyFile } from "@/lib/audit/file/verify-file";
import { chainNext, chainStart } from "@/lib/audit/proof/chain";
import { signCheckpoint } from "@/lib/audit/proof/checkpoint-note";
import { leafHash, MerkleFrontier } from "@/lib/audit/proof/merkle";
import type { SignerKey } from "@/lib/audit/proof/note";
import type { AgentCtx } from "@/lib/ctx/ctx";
import { useBenchAuditKey } from "./harness/audit-key";
import { compare } from "./harness/compare";
import type { BenchRow } from "./harness/row";
import { benchTenant } from "./harness/tenant";

const usual = 500_000;
const quick = 50_000;

/** (e) Everything in a complete export: each byte, each hash, the Merkle root, and both signatures. */
export const row: BenchRow = {
  title: "offline verify of a complete export",
  beside: "one SHA-256 over the same file; either may use all cores",
  async *run(bench) {
    const key = useBenchAuditKey(bench.folder);
    const { agent } = await benchTenant();
    const file = path.join(bench.folder, "export.jsonl");
    const events = bench.measureMs < 1_000 ? quick : usual;
    bench.say(`writing ${events.toLocaleString("en-US")} events`);
    const bytes = await writeExport(file, events, agent, key);
    const mibPerSecond = async (work: () => Promise<void>) => {
      const began = performance.now();
      await work();
      return bytes / 1024 / 1024 / ((performance.now() - began) / 1000);
    };
    yield await compare(bench, {
      case: `JSON Lines, ${events.toLocaleString("en-US")} events`,
      unit: "MiB per second",
      ours: () =>
        mibPerSecond(async () => {
          const { intact, proved } = await verifyFile(file, key);
          if (!intact || proved !== "root") throw new Error("the file was not found intact");
        }),
      beside: () =>
        mibPerSecond(async () => {
          const hash = createHash("sha256");
          for await (const part of createReadStream(file, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) hash.update(part);
          hash.digest();
        }),
      target: { atLeast: 0.6 },
    });
  },
};

/** The export of a stream of decisions. @returns its bytes. */
async function writeExport(file: string, count: number, agent: AgentCtx, key: SignerKey): Promise<number> {
  const { organizationId } = agent;
  const head: ExportHead = {
    kind: "countersign-audit-export", v: 2, format: "jsonl", organization: { id: organizationId, name: "Bench" }, filter: {}, workspaces: null,
    exportedAt: new Date().toISOString(), exportedBy: { kind: "person", id: randomUUID(), name: "Auditor" }, key: key.text,
  };
  const handle = await open(file, "w");
  const chains = createHash("sha256");
  const tree = new MerkleFrontier();
  // Canonical JSON takes longer to make than to check; bodies that differ by an id are as good.
  const id = randomUUID();
  const body = auditBody(agent, decided(id));
  let chain = chainStart(organizationId);
  let bytes = await write(handle, headLine(head));
  for (let first = 1; first <= count; first += 5_000) {
    let lines = "";
    for (let seq = first; seq < Math.min(first + 5_000, count + 1); seq++) {
      const own = body.replaceAll(id, id.slice(0, -8) + String(seq).padStart(8, "0"));
      const prev = chain.toString("hex");
      const leaf = leafHash(own);
      chain = chainNext(chain, seq, leaf);
      tree.append(leaf);
      chains.update(chain);
      lines += `${jsonLine({ n: seq, seq, prev, leaf: leaf.toString("hex"), chain: chain.toString("hex"), body: own })}\n`;
    }
    bytes += await write(handle, lines);
  }
  const checkpoint = signCheckpoint({ organizationId, size: count, root: tree.root(), chain }, key);
  const totals = { upTo: count, count, firstSeq: 1, lastSeq: count, lastChain: chain.toString("hex"), complete: true };
  bytes += await write(handle, `${signManifest({ ...head, ...totals, chains: chains.digest("hex"), checkpoint }, key)}\n`);
  await handle.close();
  return bytes;
}

async function write(handle: FileHandle, text: string): Promise<number> {
  const bytes = Buffer.from(text);
  await handle.appendFile(bytes);
  return bytes.length;
}

function decided(id: string): AuditEntry {
  return {
    action: "actions.decided",
    resource: { type: "action", id, name: "mail send", workspaceId: null },
    details: {
      tool: "mail", operation: "send", resource: "customer-1", digest: createHash("sha256").update(id).digest("hex"), policyVersion: 3, decision: "allow",
      rule: "capability", message: "The policy allows mail.send for this agent.", risk: "LOW", riskReasons: ["Reversible", "Below the limit"],
      estimatedCostMicros: 12_000, reservedMicros: 12_000, runId: null,
    },
  };
}
