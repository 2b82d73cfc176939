import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { generateKeyPem, readPrivateKey, readPublicKey } from "../contract/keys";
import { memoryNonces } from "../contract/nonces";
import { OutputCallback, ResultCallback, StatusReport } from "../contract/schemas";
import { openEnvelope, signEnvelope, type Purpose } from "../contract/signing";

/** A portal that takes a runner's callbacks by the contract, and answers as `answer` says. */
export class FakePortal {
  readonly keys = generateKeyPem();
  readonly runnerKeys = generateKeyPem();
  readonly outputs: OutputCallback[] = [];
  readonly results: ResultCallback[] = [];
  /** The status of the next answers; a test may change it. */
  answer: (path: string) => number = () => 200;
  runnerUrl = "";
  private readonly seen = memoryNonces();
  private readonly firstOutputs = new Map<string, () => void>();
  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const path = request.url ?? "";
      const status = this.answer(path);
      this.take(path, status, Buffer.concat(chunks).toString("utf8")).then(
        () => response.writeHead(status).end('{"accepted":true}'),
        (error: unknown) => response.writeHead(418).end(String(error)),
      );
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return this.callbackUrl;
  }

  get callbackUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/callbacks`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  sign(purpose: Purpose, body: unknown): unknown {
    return signEnvelope(readPrivateKey(this.keys.privateKeyPem), purpose, body);
  }

  async post(path: string, envelope: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
    const text = typeof envelope === "string" ? envelope : JSON.stringify(envelope);
    const response = await fetch(this.runnerUrl + path, { method: "POST", body: text });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  async stateOf(runId: string): Promise<string | undefined> {
    const { body } = await this.post("/jobs/status", this.sign("status", { runIds: [runId] }));
    const report = await openEnvelope(readPublicKey(this.runnerKeys.publicKeyPem), "status_report", body, { seen: this.seen });
    return StatusReport.parse(report).jobs[0]?.state;
  }

  async result(runId: string, withinMs = 60_000): Promise<ResultCallback> {
    const until = Date.now() + withinMs;
    while (Date.now() < until) {
      const found = this.results.find((result) => result.runId === runId);
      if (found !== undefined) return found;
      await sleep(10);
    }
    throw new Error(`no result for ${runId} within ${withinMs} ms`);
  }

  /** Resolves when a run's first piece of output comes. */
  async firstOutput(runId: string): Promise<void> {
    await new Promise<void>((resolve) => this.firstOutputs.set(runId, resolve));
    this.firstOutputs.delete(runId);
  }

  /** A run's output as put together from its callbacks, checking that they are in order and without holes. */
  output(runId: string, stream: "stdout" | "stderr" = "stdout"): string {
    const parts: Buffer[] = [];
    let bytes = 0;
    for (const chunk of this.outputs.filter((each) => each.runId === runId).flatMap((each) => each.chunks)) {
      if (chunk.stream !== stream) continue;
      if (chunk.offset !== bytes) throw new Error(`expected ${stream} from byte ${bytes}, got ${chunk.offset}`);
      const data = Buffer.from(chunk.dataBase64, "base64");
      parts.push(data);
      bytes += data.length;
    }
    return Buffer.concat(parts).toString("utf8");
  }

  private async take(path: string, status: number, text: string): Promise<void> {
    const purpose = path.endsWith("/result") ? "result" : "output";
    const body = await openEnvelope(readPublicKey(this.runnerKeys.publicKeyPem), purpose, JSON.parse(text), { seen: this.seen });
    if (status !== 200) return;
    if (purpose === "result") this.results.push(ResultCallback.parse(body));
    else this.takeOutput(OutputCallback.parse(body));
  }

  private takeOutput(body: OutputCallback): void {
    if (this.outputs.some((each) => each.runId === body.runId && each.seq === body.seq)) return;
    this.outputs.push(body);
    this.firstOutputs.get(body.runId)?.();
  }
}
