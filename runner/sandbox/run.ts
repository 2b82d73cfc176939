import path from "node:path";
import type { JobDispatch, OutputStream, ResultCallback } from "../contract/schemas";
import { log } from "../log";
import { makeBox, messageOf, type Box, type SandboxHost } from "./box";
import type { Usage } from "./cgroup";
import { collectFiles, type Collected } from "./collect";
import { diskSizeFor } from "./disk";
import type { WarmBox, WarmPool } from "./pool";
import { commandOf } from "./spec";
import { verdictOf, type Ending, type Verdict } from "./verdict";

const WATCH_MS = 100;
// A disk that was full is known only while it is: a program that clears up after itself leaves this long to see it.
const WATCH_DISK_MS = 25;

export interface RunHooks {
  /** Receives what the program prints, at most `limits.outputBytes` in all, in order. */
  onOutput(stream: OutputStream, data: Buffer): void;
  /** Replaces the interpreter's command line; the probe uses it. */
  command?: readonly string[];
  /** Where a sandbox may be had that is started already. */
  pool?: WarmPool;
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

/** A sandbox that this run has, and how it was started already, if it was. */
type Taken = Box & { warm: WarmBox | null };

/** Runs one job in a gVisor sandbox of its own and removes every trace of it from the host. */
export function startRun(host: SandboxHost, job: JobDispatch, hooks: RunHooks): Run {
  const run = new SandboxRun(host, job, hooks);
  return { outcome: run.outcome(), kill: (reason) => run.stop("killed", reason) };
}

class SandboxRun {
  private started: ReturnType<Box["start"]> | null = null;
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
  ) {}

  /** The first reason counts: what ends the sandbox makes other limits look passed as well. */
  stop(reason: NonNullable<Ending["stoppedFor"]>, killReason = ""): void {
    if (this.ending.stoppedFor === null) Object.assign(this.ending, { stoppedFor: reason, killReason });
    // The sandbox and its file server die with runsc (it starts them with a parent-death signal).
    this.started?.child.kill("SIGKILL");
  }

  async outcome(): Promise<RunOutcome> {
    const startedAt = new Date();
    const start = performance.now();
    let usage: Usage | null = null;
    let wallTimeMs = 0;
    let problems: string[] = [];
    const collected: Collected = { files: [], skipped: 0, warnings: [] };
    const box = await this.takeBox().catch((error: unknown) => {
      this.ending.sandboxError = messageOf(error);
      return null;
    });
    let ran = false;
    if (box !== null && this.ending.stoppedFor === null) {
      const before = box.warm ? await box.cgroup.usage() : null;
      await this.execute(box);
      ran = true;
      wallTimeMs = Math.round(performance.now() - start);
      usage = await box.cgroup.usage();
      if (usage.cpuTimeMs !== null) usage.cpuTimeMs -= before?.cpuTimeMs ?? 0;
      this.ending.oomKills = usage.oomKills;
      this.ending.pidsRefused = usage.pidsRefused;
      await this.noteSandboxError(box);
    }
    if (box !== null) {
      const out = path.join(box.disk.workDir, "out");
      problems = await box.remove(async () => void (ran && Object.assign(collected, await collectFiles(out, this.job.limits))));
    }

    const verdict = verdictOf(this.ending, this.job.limits);
    ran &&= verdict.status !== "refused";
    const files = collected.skipped === 0 ? "" : ` ${collected.skipped} of its files ${collected.skipped === 1 ? "was" : "were"} not collected.`;
    return {
      ...verdict,
      reason: this.withoutPlaces(verdict.reason + files),
      startedAt: ran ? startedAt.toISOString() : null,
      finishedAt: new Date().toISOString(),
      wallTimeMs: ran ? wallTimeMs : 0,
      cpuTimeMs: usage?.cpuTimeMs ?? null,
      maxMemoryBytes: usage?.maxMemoryBytes ?? null,
      truncated: this.truncated,
      files: collected.files,
      warnings: [...collected.warnings, ...problems.map((problem) => this.withoutPlaces(problem))],
      sandbox: this.host.facts,
    };
  }

  /** A sentence of the host's about a run goes to whoever sent it: where things lie on this machine is not for them. */
  private withoutPlaces(sentence: string): string {
    return sentence.replaceAll(this.host.runsDir, "…").replaceAll(this.host.image.rootDir, "…");
  }

  /** A sandbox with the job's limits and files: a warm one if one is there and fits, a new one if not. */
  private async takeBox(): Promise<Taken> {
    const { host, job, hooks } = this;
    const warm = hooks.command === undefined ? (hooks.pool?.take(host, job) ?? null) : null;
    if (warm !== null) {
      try {
        await Promise.all([warm.box.disk.fit(job), warm.box.cgroup.limit(job.limits, "normal")]);
        // Nothing of the job has begun before its message is sent: a sandbox that broke until here is just not used.
        if (warm.isAlive()) return { ...warm.box, warm };
      } catch (error) {
        log.warn({ runId: job.runId, why: messageOf(error) }, "warm_sandbox_unfit");
      }
      await warm.box.remove();
    }
    const command = hooks.command ?? commandOf(job);
    const box = await makeBox(host, job.runId, { command, limits: job.limits, diskSize: diskSizeFor(job), share: "normal" });
    try {
      await box.disk.fit(job);
      return { ...box, warm: null };
    } catch (error) {
      await box.remove();
      throw error;
    }
  }

  private async execute(box: Taken): Promise<void> {
    this.ending.neverStarted = false;
    const started = box.warm ?? box.start();
    const { child } = started;
    this.started = started;
    for (const stream of ["stdout", "stderr"] as const) child[stream].on("data", (data: Buffer) => this.print(stream, data)).resume();
    if (box.warm) child.stdin.write(box.warm.message);
    child.stdin.end(this.job.stdin ?? "");

    const timer = setTimeout(() => this.stop("timed_out"), this.job.limits.wallTimeMs);
    const watches = [setInterval(() => void this.watchMemory(box), WATCH_MS), setInterval(() => void this.watchDisk(box), WATCH_DISK_MS)];
    const end = await started.ended;
    clearTimeout(timer);
    for (const watch of watches) clearInterval(watch);
    this.started = null;
    if ("error" in end) Object.assign(this.ending, { sandboxError: end.error, neverStarted: true });
    else this.ending.exitCode = end.exitCode;
    this.ending.diskWasFull ||= await box.disk.isFull();
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

  private async watchMemory({ cgroup }: Box): Promise<void> {
    // The kernel may have killed one process of many; the run is over all the same.
    if ((await cgroup.usage()).oomKills > 0) this.stop("out_of_memory");
  }

  private async watchDisk({ disk }: Box): Promise<void> {
    this.ending.diskWasFull ||= await disk.isFull().catch(() => false);
  }

  /** runsc exits with 128 and an error in its own log when it could not do its work. */
  private async noteSandboxError(box: Taken): Promise<void> {
    if (this.ending.exitCode !== 128) return;
    const error = await box.runscError();
    if (error === null) return;
    this.ending.sandboxError = error;
    // Only what is known to come before the program's first instruction counts as not having run.
    this.ending.neverStarted = /(creating|starting) (container|sandbox|root container)|unknown platform/.test(error);
  }
}
