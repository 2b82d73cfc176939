import { randomUUID } from "node:crypto";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { Language, type HealthReport, type JobDispatch } from "../contract/schemas";
import { log } from "../log";
import { makeBox, messageOf, type Box, type BoxEnd, type SandboxHost } from "./box";
import { IDLE_SIZE, writeGuestFile } from "./disk";
import { launcherOf, READY, startMessage } from "./launch";
import type { ProbeResult } from "./probe";

const MIB = 1024 * 1024;
/** What a sandbox may use while it waits. */
const IDLE_LIMITS = { cpuMillis: 1000, memoryBytes: 128 * MIB };
const READY_WITHIN_MS = 60_000;
// A job that has just begun is left alone before its successor is prepared.
const REFILL_AFTER_MS = 250;
const AFTER_FAILURE_MS = 30_000;

/** A started sandbox in which nothing has run yet. */
export interface WarmBox {
  box: Box;
  child: ChildProcessWithoutNullStreams;
  ended: Promise<BoxEnd>;
  /** Makes the launcher begin the job. */
  message: Buffer;
  isAlive(): boolean;
}

interface Idle {
  host: SandboxHost;
  language: Language;
  pids: number;
  box: Box;
  child: ChildProcessWithoutNullStreams;
  ended: Promise<BoxEnd>;
}

type PoolReport = NonNullable<HealthReport["pool"]>;

/**
 * Sandboxes that are started before there is a job for them, `size` for each language. Each serves one job and is then
 * thrown away; when none fits, the job starts cold. The bound of processes is part of how a sandbox is started, so
 * they are kept for the one that the language's last job had.
 */
export class WarmPool {
  private readonly idle = new Set<Idle>();
  private readonly pids: Record<Language, number> = { python: 64, node: 64, shell: 64 };
  private filling: Promise<void> | null = null;
  private refill: NodeJS.Timeout | null = null;
  private isDue = false;
  private notBefore = 0;
  private readonly closing = new AbortController();

  constructor(
    private readonly size: number,
    private readonly probe: () => Promise<ProbeResult>,
  ) {}

  /** A warm sandbox for this job, which the caller must remove after it; null when there is none that fits. */
  take(host: SandboxHost, job: JobDispatch): WarmBox | null {
    if (this.size === 0) return null;
    this.expect(job);
    this.fillLater();
    const message = startMessage(job);
    if (message === null) return null;
    for (const idle of this.idle) {
      if (idle.host !== host || idle.language !== job.language || idle.pids !== job.limits.pids || !isAlive(idle)) continue;
      this.idle.delete(idle);
      const { box, child, ended } = idle;
      return { box, child, ended, message, isAlive: () => isAlive(idle) };
    }
    return null;
  }

  /** From now on sandboxes are prepared for jobs like this one. */
  expect({ language, limits }: Pick<JobDispatch, "language"> & { limits: Pick<JobDispatch["limits"], "pids"> }): void {
    this.pids[language] = limits.pids;
  }

  /** How many wait for a job of this language. */
  countOf(language: Language): number {
    return [...this.idle].filter((idle) => idle.language === language && idle.pids === this.pids[language]).length;
  }

  /** Starts what is missing, one after the other, and ends what no job can take any more. Never rejects. */
  fill(): Promise<void> {
    if (this.filling !== null) {
      // What is under way may have passed by what is missing now.
      this.isDue = true;
      return this.filling;
    }
    this.filling = this.fillWhileDue().finally(() => (this.filling = null));
    return this.filling;
  }

  async report(): Promise<PoolReport> {
    const all = [...this.idle];
    const memory = await Promise.all(all.map(({ box }) => box.cgroup.usage().then((usage) => usage.memoryBytes ?? 0)));
    const ready = Language.options.map((language) => [language, this.countOf(language)]);
    return {
      size: this.size,
      ready: Object.fromEntries(ready) as PoolReport["ready"],
      memoryBytes: memory.reduce((sum, bytes) => sum + bytes, 0),
      memoryLimitBytes: this.size * Language.options.length * IDLE_LIMITS.memoryBytes,
    };
  }

  /** Starts nothing more and removes what waits. */
  async close(): Promise<void> {
    this.closing.abort();
    if (this.refill) clearTimeout(this.refill);
    await this.filling;
    await Promise.all([...this.idle].map((idle) => this.drop(idle)));
  }

  private fillLater(): void {
    if (this.closing.signal.aborted || this.refill !== null) return;
    this.refill = setTimeout(() => {
      this.refill = null;
      void this.fill();
    }, Math.max(REFILL_AFTER_MS, this.notBefore - Date.now())).unref();
  }

  private async fillWhileDue(): Promise<void> {
    do {
      this.isDue = false;
      await this.fillNow().catch((error: unknown) => {
        if (this.closing.signal.aborted) return;
        this.notBefore = Date.now() + AFTER_FAILURE_MS;
        log.warn({ why: messageOf(error) }, "warm_sandbox_failed");
        this.fillLater();
      });
    } while (this.isDue && !this.closing.signal.aborted);
  }

  private async fillNow(): Promise<void> {
    const found = await this.probe();
    const isStale = (idle: Idle) => !found.usable || idle.host !== found.host || idle.pids !== this.pids[idle.language];
    for (const idle of this.idle) if (isStale(idle)) await this.drop(idle);
    if (!found.usable) return;
    for (const { language, available, version } of found.languages) {
      const launcher = available ? launcherOf(language, version) : null;
      for (let missing = this.size; launcher !== null && missing > 0 && !this.closing.signal.aborted; missing--) {
        if (this.countOf(language) < this.size) await this.add(found.host, language, launcher);
      }
    }
  }

  private async add(host: SandboxHost, language: Language, launcher: NonNullable<ReturnType<typeof launcherOf>>): Promise<void> {
    const pids = this.pids[language];
    // Running jobs go first on the processors, until a job takes it.
    const box = await makeBox(host, `warm-${randomUUID()}`, { command: launcher.command, limits: { ...IDLE_LIMITS, pids }, diskSize: IDLE_SIZE, share: "spare" });
    let started: ReturnType<Box["start"]> | null = null;
    try {
      if (launcher.homeFile) await writeGuestFile(box.disk.tmpDir, launcher.homeFile.name, Buffer.from(launcher.homeFile.content));
      started = box.start();
      const { child, ended } = started;
      await this.ready(child, ended);
      const idle = { host, language, pids, box, child, ended };
      this.idle.add(idle);
      void ended.then(() => this.lose(idle));
    } catch (error) {
      // One that is still starting would make its control group again after it was removed.
      started?.child.kill("SIGKILL");
      await started?.ended;
      await box.remove();
      throw error;
    }
  }

  /** Waits until the sandbox says that it waits. Throws when it says anything else, ends, or is too slow. */
  private async ready(child: ChildProcessWithoutNullStreams, ended: Promise<BoxEnd>): Promise<void> {
    let said = "";
    const timeout = new AbortController();
    const onSaid = new Promise<void>((resolve) => {
      const listen = (data: Buffer) => {
        said += data.toString("latin1");
        if (said.length < READY.length && READY.startsWith(said)) return;
        for (const stream of [child.stdout, child.stderr]) stream.off("data", listen).pause();
        resolve();
      };
      for (const stream of [child.stdout, child.stderr]) stream.on("data", listen);
    });
    const tooSlow = sleep(READY_WITHIN_MS, undefined, { signal: AbortSignal.any([timeout.signal, this.closing.signal]) }).catch(() => undefined);
    await Promise.race([onSaid, ended, tooSlow]);
    timeout.abort();
    if (said !== READY) throw new Error(said === "" ? "a warm sandbox did not get ready" : `a warm sandbox said: ${JSON.stringify(said.slice(0, 200))}`);
  }

  private lose(idle: Idle): void {
    if (!this.idle.has(idle)) return;
    log.warn({ language: idle.language }, "warm_sandbox_lost");
    void this.drop(idle);
    this.notBefore = Date.now() + AFTER_FAILURE_MS;
    this.fillLater();
  }

  private async drop(idle: Idle): Promise<void> {
    this.idle.delete(idle);
    idle.child.kill("SIGKILL");
    await idle.ended;
    const problems = await idle.box.remove();
    if (problems.length > 0) log.warn({ problems }, "warm_sandbox_not_removed");
  }
}

function isAlive({ child }: { child: ChildProcessWithoutNullStreams }): boolean {
  return child.exitCode === null && child.signalCode === null;
}
