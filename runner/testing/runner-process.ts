import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { instanceOf } from "../lock";
import { tracesOf } from "./host-traces";
import type { FakePortal } from "./portal";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

/** A runner as its own process, with a state folder of its own, that can be killed and started again. */
export class RunnerProcess {
  readonly folder = mkdtempSync(path.join(tmpdir(), "countersign-runner-"));
  readonly stateDir = path.join(this.folder, "state");
  readonly events: Record<string, unknown>[] = [];
  private child: ChildProcess | null = null;

  constructor(
    private readonly portal: FakePortal,
    private readonly environment: Record<string, string> = {},
  ) {
    writeFileSync(path.join(this.folder, "runner.key"), portal.runnerKeys.privateKeyPem, { mode: 0o600 });
    writeFileSync(path.join(this.folder, "portal.pub"), portal.keys.publicKeyPem);
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, ["--import", "tsx", MAIN], {
      env: {
        ...process.env,
        RUNNER_STATE_DIR: this.stateDir,
        RUNNER_PRIVATE_KEY_FILE: path.join(this.folder, "runner.key"),
        RUNNER_EXIT_WITH_PARENT: "1",
        PORTAL_PUBLIC_KEY_FILE: path.join(this.folder, "portal.pub"),
        ...this.environment,
      },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.child = child;
    const port = await new Promise<unknown>((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`the runner ended with ${code}: ${JSON.stringify(this.events.at(-1))}`)));
      createInterface({ input: child.stdout }).on("line", (line) => {
        const event = JSON.parse(line) as Record<string, unknown>;
        this.events.push(event);
        if (event["event"] === "listening") resolve(event["port"]);
      });
    });
    this.portal.runnerUrl = `http://127.0.0.1:${String(port)}`;
  }

  /** Ends the process and resolves to its exit code, or null when a signal ended it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return null;
    return new Promise((resolve) => {
      child.once("exit", resolve);
      child.kill(signal);
    });
  }

  closeInput(): Promise<number | null> {
    return new Promise((resolve) => {
      this.child?.once("exit", resolve);
      this.child?.stdin?.end();
    });
  }

  count(event: string, runId: string): number {
    return this.events.filter((each) => each["event"] === event && each["runId"] === runId).length;
  }

  traces(): string[] {
    return tracesOf(path.join(this.stateDir, "runs"), `countersign-${instanceOf(this.stateDir)}-`);
  }

  /** Process ids in the runs' control groups. */
  sandboxed(): string[] {
    const groups = this.traces().filter((trace) => existsSync(path.join(trace, "cgroup.procs")));
    return groups.flatMap((group) => readFileSync(path.join(group, "cgroup.procs"), "utf8").split("\n").filter(Boolean));
  }

  async dispose(): Promise<void> {
    await this.end("SIGTERM");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
