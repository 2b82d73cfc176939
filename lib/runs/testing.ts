import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { approval } from "@/db/schema/action";
import { workspace } from "@/db/schema/organization";
import { run } from "@/db/schema/run";
import { inTenant, type Tx } from "@/db/tenant";
import { SubmitActionInput } from "@/lib/actions/schemas";
import { submitAction } from "@/lib/actions/submit";
import { decideApproval } from "@/lib/approvals/decide";
import { systemCtx } from "@/lib/ctx/system";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";
import type { tenant } from "@/lib/testing/tenant";
import { generateKeyPem, readPrivateKey, readPublicKey } from "@/runner/contract/keys";
import { memoryNonces } from "@/runner/contract/nonces";
import { JobDispatch, type HealthReport, type JobState, type ResultCallback } from "@/runner/contract/schemas";
import { openEnvelope, signEnvelope, type Envelope, type Purpose } from "@/runner/contract/signing";
import { claimRun } from "./claim";
import { dispatchRun } from "./dispatch";

export type Tenant = Awaited<ReturnType<typeof tenant>>;

const portalPem = generateKeyPem();
const runnerPem = generateKeyPem();
export const runnerPrivateKey = readPrivateKey(runnerPem.privateKeyPem);
const fine: HealthReport = {
  status: "ok",
  sandbox: { usable: true, runtime: "runsc", version: "release-1", platform: "ptrace", image: "host", problem: null, mend: null },
  languages: [{ language: "python", available: true, version: "3.11", mend: null }],
  jobs: { running: 0, queued: 0, undelivered: 0, concurrency: 2 },
};

/** A runner's side of the wire: it opens what the portal signed, keeps states, and answers as it is told. */
export class StubRunner {
  jobs: JobDispatch[] = [];
  kills: string[] = [];
  states = new Map<string, JobState>();
  health: HealthReport = fine;
  /** What POST /jobs answers instead of taking the job. */
  refusal: { status: number; reason: string; detail: string } | null = null;
  silent = false;
  url = "";
  private readonly seen = memoryNonces();
  private readonly server = createServer((request, response) => {
    if (this.silent) return void request.socket.destroy();
    this.answer(request).then(
      ([status, body]) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
      (error: unknown) => response.writeHead(500).end(JSON.stringify({ reason: "internal", detail: String(error) })),
    );
  });

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  reset(): void {
    Object.assign(this, { jobs: [], kills: [], states: new Map(), health: fine, refusal: null, silent: false });
  }

  private async answer(request: IncomingMessage): Promise<[number, unknown]> {
    if (request.url === "/healthz") return [this.health.status === "ok" ? 200 : 503, this.health];
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const envelope = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Envelope;
    const open = (purpose: Purpose) => openEnvelope(readPublicKey(portalPem.publicKeyPem), purpose, envelope, { seen: this.seen });
    if (request.url === "/jobs") {
      const job = JobDispatch.parse(await open("dispatch"));
      if (this.refusal) return [this.refusal.status, { reason: this.refusal.reason, detail: this.refusal.detail }];
      const duplicate = this.jobs.some((each) => each.runId === job.runId);
      if (!duplicate) this.jobs.push(job);
      this.states.set(job.runId, "running");
      return [duplicate ? 200 : 202, { accepted: true, duplicate, state: "running" }];
    }
    if (request.url === "/jobs/kill") {
      const { runId } = (await open("kill")) as { runId: string };
      this.kills.push(runId);
      return [200, { killed: this.states.has(runId), state: this.states.get(runId) ?? "unknown" }];
    }
    const { runIds } = (await open("status")) as { runIds: string[] };
    const jobs = runIds.map((runId) => ({ runId, state: this.states.get(runId) ?? "unknown" }));
    return [200, signEnvelope(runnerPrivateKey, "status_report", { inReplyTo: envelope.nonce, jobs })];
  }
}

/** Gives the test file a runner on the other end of the wire, with keys of its own on both sides. */
export function useStubRunner(): StubRunner {
  const runner = new StubRunner();
  const folder = mkdtempSync(path.join(tmpdir(), "countersign-runs-"));
  beforeAll(async () => {
    await runner.listen();
    writeFileSync(path.join(folder, "portal.pem"), portalPem.privateKeyPem, { mode: 0o600 });
    writeFileSync(path.join(folder, "runner.pem"), runnerPem.publicKeyPem);
    process.env.PORTAL_PRIVATE_KEY_FILE = path.join(folder, "portal.pem");
    process.env.RUNNER_PUBLIC_KEY_FILE = path.join(folder, "runner.pem");
    process.env.RUNNER_URL = runner.url;
  });
  beforeEach(() => runner.reset());
  afterAll(() => {
    runner.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return runner;
}

export const inside = <T>(t: Pick<Tenant, "organizationId">, work: (tx: Tx) => Promise<T>) => inTenant(database(), t.organizationId, work);
export const engine = (t: Pick<Tenant, "organizationId">) => systemCtx("runs", t.organizationId);
export const sandboxRunner = (t: Pick<Tenant, "organizationId">) => systemCtx("runner", t.organizationId);
export const once = () => ({ nonce: newId(), expiresAt: new Date(Date.now() + 60_000) });

/** An agent's script as a run that has been decided on; above the threshold it waits for approval. */
export async function newRun(t: Tenant, changes: Partial<SubmitActionInput> = {}): Promise<{ runId: string; actionId: string; approvalId: string | null; digest: string }> {
  const input = SubmitActionInput.parse({
    tool: "sandbox.python",
    arguments: { code: "print(1)", files: [{ name: "in.csv", content: "a,b\n1,2\n" }] },
    estimatedCostMicros: 100_000,
    ...changes,
  });
  const { action } = await submitAction(t.agent, input, newId());
  if (!action.runId) throw new Error("the test's action has no run");
  return { runId: action.runId, actionId: action.id, approvalId: action.approvalId, digest: action.digest };
}

/** A run that a supervisor approved. */
export async function approvedRun(t: Tenant): Promise<Awaited<ReturnType<typeof newRun>> & { approvalId: string }> {
  const made = await newRun(t, { estimatedCostMicros: 5_000_000 });
  if (!made.approvalId) throw new Error("the test's action needed no approval");
  await decideApproval(await t.as("supervisor"), { id: made.approvalId, decision: "approved", reason: "", digest: made.digest });
  return { ...made, approvalId: made.approvalId };
}

/** A run that the runner has. */
export async function dispatchedRun(t: Tenant): Promise<{ runId: string; actionId: string; jobNonce: string }> {
  const made = await newRun(t);
  await claimRun(engine(t), { runId: made.runId });
  await dispatchRun(engine(t), { runId: made.runId });
  return { ...made, jobNonce: (await runRow(t, made.runId)).jobNonce ?? "" };
}

/** Another workspace of the same organization. */
export async function anotherWorkspace(t: Tenant): Promise<string> {
  const id = newId();
  await inside(t, (tx) => tx.insert(workspace).values({ id, organizationId: t.organizationId, name: "Elsewhere", slug: "elsewhere" }));
  return id;
}

export async function runRow(t: Tenant, runId: string): Promise<typeof run.$inferSelect> {
  const [row] = await inside(t, (tx) => tx.select().from(run).where(eq(run.id, runId)));
  if (!row) throw new Error("the run is gone");
  return row;
}

export async function approvalRow(t: Tenant, id: string): Promise<typeof approval.$inferSelect> {
  const [row] = await inside(t, (tx) => tx.select().from(approval).where(eq(approval.id, id)));
  if (!row) throw new Error("the approval is gone");
  return row;
}

export const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");

/** The runner's last word on a run that went well. */
export function resultOf(run: { runId: string; jobNonce: string }, changes: Partial<ResultCallback> = {}): ResultCallback {
  const empty = { bytes: 0, truncated: false, sha256: sha256("") };
  return {
    runId: run.runId, jobNonce: run.jobNonce, status: "succeeded", exitCode: 0, signal: null, reason: "The program ended.", warnings: [],
    startedAt: new Date(Date.now() - 420).toISOString(), finishedAt: new Date().toISOString(), wallTimeMs: 420, cpuTimeMs: 300,
    maxMemoryBytes: 1_000_000, stdout: empty, stderr: empty, files: [],
    sandbox: { runtime: "runsc", version: "release-1", platform: "ptrace", image: "host" },
    ...changes,
  };
}

export const fileOf = (name: string, content: string) => ({ name, sha256: sha256(content), size: Buffer.byteLength(content), contentBase64: Buffer.from(content).toString("base64") });
