import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import getPort from "get-port";
import { childEnvironment } from "./conformance.config";

const main = join(import.meta.dirname, "../engine/main.ts");

/** The embedded engine as its own process, which can be killed and started again on the same database and port. */
export class EngineProcess {
  readonly signingKey = `signkey-test-${randomBytes(16).toString("hex")}`;
  readonly eventKey = randomBytes(16).toString("hex");
  private child: ChildProcess | undefined;

  private constructor(
    private readonly databaseUrl: string,
    private readonly port: number,
  ) {}

  static async start(databaseUrl: string): Promise<EngineProcess> {
    const engine = new EngineProcess(databaseUrl, await getPort());
    await engine.start();
    return engine;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, ["--import", "tsx", main], {
      stdio: ["ignore", "pipe", "inherit"],
      env: childEnvironment({
        ENGINE_DATABASE_URL: this.databaseUrl,
        ENGINE_PORT: String(this.port),
        INNGEST_SIGNING_KEY: this.signingKey,
        INNGEST_EVENT_KEY: this.eventKey,
        ENGINE_POLL_INTERVAL_MS: "200",
        ENGINE_RETRY_BASE_MS: "50",
        ENGINE_LOG_LEVEL: "error",
      }),
    });
    this.child = child;
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.includes('"listening"')) return;
    }
    throw new Error("The engine ended before it listened");
  }

  /** Ends the process by a signal and returns its exit code, null when the signal killed it. */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
    return child.exitCode;
  }
}
