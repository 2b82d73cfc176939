import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { JobDispatch, OutputStream, ResultCallback, SandboxFacts } from "../contract/schemas";
import { createCgroup, type Cgroup, type Usage } from "./cgroup";
import { collectFiles, type Collected } from "./collect";
import { mountDisk, type Disk } from "./disk";
import type { Image } from "./image";
import { commandOf, ociSpec } from "./spec";
import { verdictOf, type Ending, type Verdict } from "./verdict";

const WATCH_MS = 100;

/** What is needed to start sandboxes on this machine, as found by the probe. */
export interface SandboxHost {
  runscPath: string;
  facts: SandboxFacts;
  image: Image;
  /** One folder a run is made here and removed after it. */
  runsDir: string;
  /** Starts the name of every control group of this runner, and of no other. */
  cgroupPrefix: string;
}

export interface RunHooks {
  /** Receives what the program prints, at most `limits.outputBytes` in all, in order. */
  onOutput(stream: OutputStream, data: Buffer): void;
  /** Replaces the interpreter's command line; the probe uses it. */
  command?: readonly string[];
}

export type RunOutcome = Verdict &
  Pick<ResultCallback, "startedAt" | "finishedAt" | "wallTimeMs" | "cpuTimeMs" | "maxMemoryBytes" | "files" | "warnings" | "sandbox"> & {
    truncated: Record<OutputStream, boolean>;
  };

export interface Run {
  /** Never rejects: a sandbox that cannot be started is an outcome too (`refused`). */
  outcome: Promise<RunOutcome>;
  /** Ends the run at once, wherever it is; `reason` becomes part of the sentence in the result. */
  kill(reason: string): void;
}

/** Runs one job in a gVisor sandbox of its own and removes every trace of it from the host. */
export function startRun(host: SandboxHost, job: JobDispatch, hooks: RunHooks): Run {
  const run = new SandboxRun(host, job, hooks);
  return { outcome: run.outcome(), kill: (reason) => run.stop("killed", reason) };
}

class SandboxRun {
  private readonly name: string;
  private readonly folder: string;
  private child: ChildProcessWithoutNullStreams | null = null;
  private outputBytes = 0;
  private readonly truncated: Record<OutputStream, boolean> = { stdout: false, stderr: false };
  private readonly ending: Ending = {
    stoppedFor: null,
    killReason: "",
    exitCode: null,
    oomKills: 0,
    pidsRefused: 0,
    diskWasFull: false,
    sandboxError: null,
    neverStarted: true,
  };

  constructor(
    private readonly host: SandboxHost,
    private readonly job: JobDispatch,
    private readonly hooks: RunHooks,
  ) {
    this.name = `${host.cgroupPrefix}${job.runId}`;
    this.folder = path.join(host.runsDir, job.runId);
  }

  /** The first reason counts: what ends the sandbox makes other limits look passed as well. */
  stop(reason: NonNullable<Ending["stoppedFor"]>, killReason = ""): void {
    if (this.ending.stoppedFor === null) Object.assign(this.ending, { stoppedFor: reason, killReason });
    // The sandbox and its file server die with runsc (it starts them with a parent-death signal).
    this.child?.kill("SIGKILL");
  }

  async outcome(): Promise<RunOutcome> {
    const startedAt = new Date();
    const start = performance.now();
    let disk: Disk | null = null;
    let cgroup: Cgroup | null = null;
    let usage: Usage | null = null;
    let wallTimeMs = 0;
    let ran = false;
    const collected: Collected = { files: [], skipped: 0, warnings: [] };
    const cleaning = new Cleaning();
    try {
      disk = await mountDisk(path.join(this.folder, "disk"), this.job);
      cgroup = await createCgroup(this.name, this.job.limits);
      await this.writeBundle(disk, cgroup);
    } catch (error) {
      this.ending.sandboxError = messageOf(error);
    }
    if (disk !== null && cgroup !== null && this.ending.sandboxError === null && this.ending.stoppedFor === null) {
      await this.execute(disk, cgroup);
      ran = true;
      wallTimeMs = Math.round(performance.now() - start);
      usage = await cgroup.usage();
      this.ending.oomKills = usage.oomKills;
      this.ending.pidsRefused = usage.pidsRefused;
      await this.noteSandboxError();
    }
    // Before anything is read from the disk, so that nothing can still change it.
    await cleaning.step("control group", () => cgroup?.remove());
    if (ran && disk !== null) {
      const out = path.join(disk.workDir, "out");
      await cleaning.step("files", async () => void Object.assign(collected, await collectFiles(out, this.job.limits)));
    }
    await cleaning.step("disk", () => disk?.unmount());
    if (cleaning.problems.length === 0) await cleaning.step("folder", () => rm(this.folder, { recursive: true, force: true }));

    const verdict = verdictOf(this.ending, this.job.limits);
    ran &&= verdict.status !== "refused";
    const files = collected.skipped === 0 ? "" : ` ${collected.skipped} of its files ${collected.skipped === 1 ? "was" : "were"} not collected.`;
    return {
      ...verdict,
      reason: verdict.reason + files,
      startedAt: ran ? startedAt.toISOString() : null,
      finishedAt: new Date().toISOString(),
      wallTimeMs: ran ? wallTimeMs : 0,
      cpuTimeMs: usage?.cpuTimeMs ?? null,
      maxMemoryBytes: usage?.maxMemoryBytes ?? null,
      truncated: this.truncated,
      files: collected.files,
      warnings: [...collected.warnings, ...cleaning.problems],
      sandbox: this.host.facts,
    };
  }

  private async writeBundle(disk: Disk, cgroup: Cgroup): Promise<void> {
    const spec = ociSpec({
      command: this.hooks.command ?? commandOf(this.job),
      limits: this.job.limits,
      image: this.host.image,
      disk,
      cgroupsPath: cgroup.ociPath,
    });
    await mkdir(path.join(this.folder, "root"), { recursive: true });
    await writeFile(path.join(this.folder, "config.json"), JSON.stringify(spec), { mode: 0o600 });
  }

  private async execute(disk: Disk, cgroup: Cgroup): Promise<void> {
    const { facts, runscPath } = this.host;
    const runsc = [
      `--root=${path.join(this.folder, "root")}`,
      `--log=${path.join(this.folder, "runsc.log")}`,
      "--log-format=json",
      `--platform=${facts.platform}`,
      "--network=none",
      "run",
      `--bundle=${this.folder}`,
      this.job.runId,
    ];
    // With the parent-death signal a killed runner takes its sandboxes with it: none runs on unwatched.
    this.ending.neverStarted = false;
    const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", runscPath, ...runsc], { env: { NODE_ENV: "production", PATH: "/usr/sbin:/usr/bin:/sbin:/bin" } });
    this.child = child;
    const ended = new Promise<void>((resolve) => {
      child.once("error", (error) => {
        this.ending.sandboxError = error.message;
        this.ending.neverStarted = true;
        resolve();
      });
      child.once("close", (exitCode) => {
        this.ending.exitCode = exitCode;
        resolve();
      });
    });
    for (const stream of ["stdout", "stderr"] as const) child[stream].on("data", (data: Buffer) => this.print(stream, data));
    // A program need not read its input to the end.
    child.stdin.on("error", () => undefined);
    child.stdin.end(this.job.stdin ?? "");

    const timer = setTimeout(() => this.stop("timed_out"), this.job.limits.wallTimeMs);
    const watch = setInterval(() => void this.watch(disk, cgroup), WATCH_MS);
    await ended;
    clearTimeout(timer);
    clearInterval(watch);
    this.child = null;
    this.ending.diskWasFull ||= await disk.isFull();
  }

  private print(stream: OutputStream, data: Buffer): void {
    const room = this.job.limits.outputBytes - this.outputBytes;
    if (data.length > room) {
      this.truncated[stream] = true;
      this.stop("output_limit");
    }
    if (room <= 0) return;
    const taken = data.subarray(0, room);
    this.outputBytes += taken.length;
    this.hooks.onOutput(stream, taken);
  }

  private async watch(disk: Disk, cgroup: Cgroup): Promise<void> {
    const [usage, full] = await Promise.all([cgroup.usage(), disk.isFull().catch(() => false)]);
    this.ending.diskWasFull ||= full;
    // The kernel may have killed one process of many; the run is over all the same.
    if (usage.oomKills > 0) this.stop("out_of_memory");
  }

  /** runsc exits with 128 and an error in its own log when it could not do its work. */
  private async noteSandboxError(): Promise<void> {
    if (this.ending.exitCode !== 128) return;
    const text = await readFile(path.join(this.folder, "runsc.log"), "utf8").catch(() => "");
    const error = /"msg":"((?:[^"\\]|\\.){1,500})[^\n]*"level":"error"/.exec(text)?.[1];
    if (error === undefined) return;
    this.ending.sandboxError = error;
    // Only what is known to come before the program's first instruction counts as not having run.
    this.ending.neverStarted = /(creating|starting) (container|sandbox|root container)|unknown platform/.test(error);
  }
}

/** Cleaning goes on after a failure. What resists is told in the result, and removed at the runner's next start. */
class Cleaning {
  readonly problems: string[] = [];

  async step(what: string, work: () => Promise<void> | undefined): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.problems.push(`the run's ${what}: ${messageOf(error)}`.slice(0, 500));
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
