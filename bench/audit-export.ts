import postgres from "postgres";
import { exportAudit } from "@/lib/audit/export";
import { textStream } from "@/lib/audit/text-stream";
import { useBenchAuditKey } from "./harness/audit-key";
import { fillEvents } from "./harness/fill-events";
import type { Bench, BenchRow, CaseResult } from "./harness/row";
import { summarize, type Pair } from "./harness/statistics";
import { benchTenant } from "./harness/tenant";

const asked = 2_000_000;
const quick = 50_000;
/** Each of them moves gigabytes; the ratio says more than a further round would. */
const mostRounds = 2;

/** What the files have of each event, as it is stored. */
const columns = {
  jsonl: "seq, body, leaf_hash, chain_hash",
  csv: "seq, occurred_at, actor_kind, actor_name, actor_id, action, resource_type, resource_name, resource_id, workspace_id, outcome, severity, ip, request_id, body, leaf_hash, chain_hash",
};

/** (f) Files that prove themselves, as their receiver gets them: every line has its place in the chain, and the whole is signed. */
export const row: BenchRow = {
  title: "audit export, streamed",
  beside: "COPY … TO STDOUT of the same columns in the same order, read by the same driver",
  async *run(bench) {
    useBenchAuditKey(bench.folder);
    const { organizationId, workspaceId, as } = await benchTenant();
    const auditor = await as("auditor");
    const rows = bench.measureMs < 1_000 ? quick : asked;
    const admin = postgres(bench.database.adminUrl, { max: 1, onnotice: () => {} });
    bench.onEnd(() => admin.end({ timeout: 5 }));
    bench.say(`appending ${rows.toLocaleString("en-US")} events`);
    await fillEvents(admin, { organizationId, workspaceId, rows });
    for (const format of ["jsonl", "csv"] as const) {
      const pairs: Pair[] = [];
      const ours = () => perSecond(rows, async () => readAll(textStream((await exportAudit(auditor, { filter: {}, format })).chunks)));
      const beside = () => perSecond(rows, () => copy(bench, organizationId, format));
      const memory = watchMemory();
      for (let round = 0; round < Math.min(bench.rounds, mostRounds); round++) {
        const pair = round % 2 === 0 ? { ours: await ours(), beside: await beside() } : { beside: await beside(), ours: await ours() };
        pairs.push(pair);
        bench.say(`${format}: round ${round + 1}: ${pair.ours.toPrecision(4)} beside ${pair.beside.toPrecision(4)} events per second`);
      }
      const peak = memory.end();
      const name = `${format === "csv" ? "CSV" : "JSON Lines"}, ${rows.toLocaleString("en-US")} events, memory up to ${peak} MiB`;
      yield { case: name, unit: "events per second", ...summarize(pairs), target: { atLeast: 0.6 } } satisfies CaseResult;
    }
  },
};

async function perSecond(rows: number, work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return rows / ((performance.now() - began) / 1000);
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<void> {
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read());
}

/** On a connection of its own: the driver does not use one again that has copied. */
async function copy(bench: Bench, organizationId: string, format: keyof typeof columns): Promise<void> {
  const sql = postgres(bench.database.adminUrl, { max: 1, onnotice: () => {} });
  const selected = `select ${columns[format]} from audit_event where organization_id = '${organizationId}' order by seq`;
  let bytes = 0;
  for await (const part of (await sql.unsafe(`copy (${selected}) to stdout (format ${format === "csv" ? "csv" : "text"})`).readable()) as AsyncIterable<Buffer>) bytes += part.length;
  if (bytes === 0) throw new Error("nothing was copied");
  void sql.end({ timeout: 1 });
}

/** The process's resident memory at its highest, in MiB. */
function watchMemory(): { end: () => number } {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 50);
  return {
    end: () => {
      clearInterval(timer);
      return Math.round(peak / 1024 / 1024);
    },
  };
}
