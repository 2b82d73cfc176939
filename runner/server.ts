import { createHash, type KeyObject } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { z } from "zod";
import { memoryNonces } from "./contract/nonces";
import { JobDispatch, KillRequest, MAX_DISPATCH_BYTES, StatusRequest, type DispatchAnswer, type HealthReport, type KillAnswer, type Refusal, type StatusReport } from "./contract/schemas";
import { EnvelopeRejected, openEnvelope, signEnvelope, type Purpose } from "./contract/signing";
import { isDiskFull } from "./full-disk";
import type { Jobs } from "./jobs";
import { log } from "./log";
import type { WarmPool } from "./sandbox/pool";
import type { Probe } from "./sandbox/probe";

export interface ServerOptions {
  jobs: Jobs;
  probe: Probe;
  pool: WarmPool;
  privateKey: KeyObject;
  portalKey: KeyObject;
  concurrency: number;
}

/** A request that is not taken, with its status and what is answered. */
class Refused extends Error {
  constructor(
    readonly status: number,
    readonly refusal: Refusal,
  ) {
    super(refusal.detail);
  }
}

function refuse(status: number, reason: Refusal["reason"], detail: string): never {
  throw new Refused(status, { reason, detail });
}

/**
 * The runner's HTTP door: POST /jobs, /jobs/status and /jobs/kill, each with an envelope that the portal signed for
 * that purpose and once, and GET /healthz for anyone.
 */
export function createRunnerServer(options: ServerOptions): Server {
  const door = new Door(options);
  const server = createServer((request, response) => {
    door.answer(request).then(
      ({ status, body }) => send(response, status, body),
      (error: unknown) => {
        if (error instanceof Refused) return send(response, error.status, error.refusal);
        if (isDiskFull(error)) return send(response, 503, { reason: "sandbox_unavailable", detail: "The runner's disk is full." } satisfies Refusal);
        log.error({ err: error }, "request_failed");
        send(response, 500, { reason: "internal", detail: "The runner failed; see its log." } satisfies Refusal);
      },
    );
  });
  server.requestTimeout = 60_000;
  server.headersTimeout = 10_000;
  return server;
}

class Door {
  private readonly seen = memoryNonces();

  constructor(private readonly options: ServerOptions) {}

  async answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const path = new URL(request.url ?? "/", "http://runner").pathname;
    switch (`${request.method} ${path}`) {
      case "GET /healthz":
        return this.health();
      case "POST /jobs":
        return this.dispatch(request);
      case "POST /jobs/kill":
        return this.kill(request);
      case "POST /jobs/status":
        return this.status(request);
      default:
        return refuse(404, "invalid", "There is POST /jobs, /jobs/kill, /jobs/status and GET /healthz.");
    }
  }

  private async health(): Promise<{ status: number; body: HealthReport }> {
    const { jobs, probe, pool, concurrency } = this.options;
    const found = await probe.current();
    const sandbox = found.usable
      ? { usable: true, ...found.host.facts, problem: null, mend: null }
      : { usable: false, runtime: "runsc" as const, version: found.version, platform: null, image: "host", problem: found.problem, mend: found.mend };
    const languages = found.usable ? found.languages : [];
    const status = jobs.isDraining ? "draining" : found.usable ? "ok" : "sandbox_unavailable";
    return { status: status === "ok" ? 200 : 503, body: { status, sandbox, languages, jobs: { ...jobs.counts(), concurrency }, pool: await pool.report() } };
  }

  private async dispatch(request: IncomingMessage): Promise<{ status: number; body: DispatchAnswer }> {
    const { jobs, probe } = this.options;
    const job = parse(JobDispatch, (await this.open(request, "dispatch")).body);
    const damaged = job.files.find((file) => createHash("sha256").update(file.contentBase64, "base64").digest("hex") !== file.sha256);
    if (damaged) refuse(422, "invalid", `The content of ${JSON.stringify(damaged.name)} does not have the SHA-256 that was given.`);
    if (jobs.stateOf(job.runId) === "unknown") {
      if (jobs.isDraining) refuse(503, "draining", "This runner is shutting down and takes no new jobs.");
      if (Date.parse(job.expiresAt) <= Date.now()) refuse(422, "job_expired", "The job's time to start is over.");
      const found = await probe.current();
      if (!found.usable) return refuse(503, "sandbox_unavailable", `${found.problem} To mend it: ${found.mend}`);
      const language = found.languages.find((each) => each.language === job.language);
      if (!language?.available) refuse(503, "language_unavailable", `This runner cannot run ${job.language}. To mend it: ${language?.mend ?? "see /healthz"}`);
      if (jobs.isFull) refuse(503, "busy", "All sandboxes are taken and the queue is full.");
    }
    const { duplicate, state } = await jobs.accept(job);
    return { status: duplicate ? 200 : 202, body: { accepted: true, duplicate, state } };
  }

  private async kill(request: IncomingMessage): Promise<{ status: number; body: KillAnswer }> {
    const { runId, reason } = parse(KillRequest, (await this.open(request, "kill")).body);
    const killed = await this.options.jobs.kill(runId, reason);
    log.info({ runId, killed }, "kill_requested");
    return { status: 200, body: { killed, state: this.options.jobs.stateOf(runId) } };
  }

  /** The answer is signed too, since the portal decides by it what became of a run. */
  private async status(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const { body, nonce } = await this.open(request, "status");
    const { runIds } = parse(StatusRequest, body);
    const report: StatusReport = { inReplyTo: nonce, jobs: runIds.map((runId) => ({ runId, state: this.options.jobs.stateOf(runId) })) };
    return { status: 200, body: signEnvelope(this.options.privateKey, "status_report", report) };
  }

  private async open(request: IncomingMessage, purpose: Purpose): Promise<{ body: unknown; nonce: string }> {
    const envelope = await readJson(request);
    try {
      const body = await openEnvelope(this.options.portalKey, purpose, envelope, { seen: this.seen });
      return { body, nonce: z.object({ nonce: z.string() }).parse(envelope).nonce };
    } catch (error) {
      if (!(error instanceof EnvelopeRejected)) throw error;
      log.warn({ purpose, reason: error.reason }, "envelope_rejected");
      return refuse(401, "unauthorized", `The envelope was not accepted: ${error.reason}.`);
    }
  }
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  return parsed.success ? parsed.data : refuse(422, "invalid", z.prettifyError(parsed.error).slice(0, 2000));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_DISPATCH_BYTES) refuse(413, "too_large", `The request is larger than ${MAX_DISPATCH_BYTES} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    return refuse(400, "invalid", "The request is not JSON in UTF-8.");
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  const headers: Record<string, string> = { "content-type": "application/json", "cache-control": "no-store" };
  if (status === 503) headers["retry-after"] = "5";
  // The rest of a body that was not read must not be taken for the next request.
  if (status === 413) headers["connection"] = "close";
  response.writeHead(status, headers).end(JSON.stringify(body));
}
