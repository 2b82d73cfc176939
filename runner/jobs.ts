import { setTimeout as sleep } from "node:timers/promises";
import type { JobDispatch, JobState } from "./contract/schemas";
import type { Courier } from "./courier";
import { faultPoint } from "./fault-point";
import { onceThereIsRoom } from "./full-disk";
import { CLOSED_KEPT_MS, type Journal, type Outcome } from "./journal";
import { log } from "./log";
import { OutputBuffer } from "./output";
import { resultOfRun, resultWithoutRun } from "./results";
import type { WarmPool } from "./sandbox/pool";
import type { Probe } from "./sandbox/probe";
import { startRun, type Run } from "./sandbox/run";
import { Slots } from "./slots";

const TELLERS = 4;
const RESULT_KEPT_MS = 24 * 3_600_000;
const EARLY_KILL_KEPT_MS = 15 * 60_000;
const HOUSEKEEPING_MS = 60_000;
const LOOK_AGAIN_MS = 1_000;

interface Job {
  state: Exclude<JobState, "unknown">;
  /** Settles when the job is durably accepted. */
  accepted: Promise<void>;
  run: Run | null;
  killReason: string | null;
  closedAt: number;
}

export interface JobsOptions {
  journal: Journal;
  courier: Courier;
  probe: Probe;
  pool: WarmPool;
  concurrency: number;
  queueLength: number;
}

/** Every job of this runner, from its acceptance to the portal's word that it has the result. */
export class Jobs {
  private readonly jobs = new Map<string, Job>();
  private readonly earlyKills = new Map<string, { reason: string; until: number }>();
  private readonly runners: Slots;
  private readonly tellers = new Slots(TELLERS);
  private readonly housekeeping: NodeJS.Timeout;
  isDraining = false;

  constructor(private readonly options: JobsOptions) {
    this.runners = new Slots(options.concurrency);
    this.housekeeping = setInterval(() => void this.forgetOld(), HOUSEKEEPING_MS).unref();
  }

  /** Takes up what former processes left: nothing that may have begun begins again. */
  async recover(): Promise<void> {
    for (const { runId, state } of await this.options.journal.recover()) {
      this.jobs.set(runId, { state, accepted: Promise.resolve(), run: null, killReason: null, closedAt: Date.now() });
      if (state === "queued") this.enqueue(runId);
      if (state === "finished") {
        // Its end may have been on the disk and not yet in the log when the process before this one stopped.
        log.info({ runId }, "job_found_finished");
        this.tellLater(runId);
      }
      if (state === "running") {
        const dispatch = await this.options.journal.dispatchOf(runId).catch(() => null);
        log.warn({ runId, damaged: dispatch === null }, "job_lost");
        if (dispatch === null) continue;
        const lost = this.finish(runId, resultWithoutRun(dispatch, "lost", "The runner stopped while this was running. How far it came is not known, and it was not run again."));
        lost.catch((error: unknown) => log.error({ runId, err: error }, "job_left_to_next_start"));
      }
    }
  }

  stateOf(runId: string): JobState {
    return this.jobs.get(runId)?.state ?? "unknown";
  }

  counts(): { running: number; queued: number; undelivered: number } {
    const states = [...this.jobs.values()].map((job) => job.state);
    const count = (state: JobState) => states.filter((each) => each === state).length;
    return { running: count("running"), queued: count("queued"), undelivered: count("finished") };
  }

  get isFull(): boolean {
    return this.runners.waitingCount >= this.options.queueLength && this.runners.runningCount >= this.options.concurrency;
  }

  /** Resolves when the job is on disk. The same run id again is a duplicate, whatever its content. */
  async accept(dispatch: JobDispatch): Promise<{ duplicate: boolean; state: JobState }> {
    const { runId } = dispatch;
    const known = this.jobs.get(runId);
    if (known !== undefined) {
      await known.accepted;
      return { duplicate: true, state: known.state };
    }
    const job: Job = { state: "queued", accepted: this.options.journal.accept(dispatch), run: null, killReason: null, closedAt: 0 };
    this.jobs.set(runId, job);
    try {
      await job.accepted;
    } catch (error) {
      this.jobs.delete(runId);
      await this.options.journal.forget(runId);
      throw error;
    }
    log.info({ runId, organizationId: dispatch.organizationId, language: dispatch.language }, "job_accepted");
    await faultPoint("runner.accepted", runId);
    const early = this.earlyKills.get(runId);
    if (early !== undefined) await this.kill(runId, early.reason);
    this.enqueue(runId);
    return { duplicate: false, state: job.state };
  }

  /** Ends a job that waits or runs. One that is not here yet is remembered, and will not run when it comes. */
  async kill(runId: string, reason: string): Promise<boolean> {
    const job = this.jobs.get(runId);
    if (job === undefined) {
      this.earlyKills.set(runId, { reason, until: Date.now() + EARLY_KILL_KEPT_MS });
      return false;
    }
    await job.accepted;
    if (job.state === "queued" && job.killReason === null) {
      job.killReason = reason;
      const dispatch = await this.options.journal.dispatchOf(runId);
      // Meanwhile its turn may have come: then the run finds the reason and ends by it.
      if (dispatch !== null && job.run === null && job.state === "queued") {
        await this.finish(runId, resultWithoutRun(dispatch, "killed", `The run was stopped before it began: ${reason}`));
      }
      return true;
    }
    if (job.state !== "running") return false;
    job.killReason ??= reason;
    job.run?.kill(reason);
    return true;
  }

  /** Starts nothing more, gives running jobs `graceMs`, ends the rest, and tells what can be told in a few seconds. */
  async drain(graceMs: number): Promise<void> {
    this.isDraining = true;
    clearInterval(this.housekeeping);
    this.runners.close();
    const isBusy = () => this.runners.runningCount > 0;
    await waitWhile(isBusy, graceMs);
    for (const job of this.jobs.values()) job.run?.kill("the runner was shut down.");
    await waitWhile(isBusy, 10_000);
    await waitWhile(() => this.tellers.runningCount + this.tellers.waitingCount > 0, 3_000);
    this.options.courier.stop();
  }

  private enqueue(runId: string): void {
    this.runners.take(() => this.execute(runId).catch((error: unknown) => this.giveUp(runId, error)));
  }

  private async execute(runId: string): Promise<void> {
    const job = this.jobs.get(runId);
    if (job === undefined || job.state !== "queued" || job.killReason !== null) return;
    job.state = "running";
    const { journal, courier, probe, pool } = this.options;
    const dispatch = await journal.dispatchOf(runId);
    if (dispatch === null) throw new Error("the journal has no such job");

    const isTooLate = () => job.killReason !== null || this.isDraining || Date.parse(dispatch.expiresAt) <= Date.now();
    let ability = await probe.current();
    while (!ability.usable && ability.passing && !isTooLate()) {
      await sleep(LOOK_AGAIN_MS);
      ability = await probe.current();
    }
    // It has not begun, so the next start takes it up.
    if (!ability.usable && ability.passing && this.isDraining) return;
    if (job.killReason !== null) {
      return this.finish(runId, resultWithoutRun(dispatch, "killed", `The run was stopped before it began: ${job.killReason}`));
    }
    if (!ability.usable) return this.finish(runId, resultWithoutRun(dispatch, "refused", `Nothing was run: ${ability.problem}`));
    if (Date.parse(dispatch.expiresAt) <= Date.now()) {
      return this.finish(runId, resultWithoutRun(dispatch, "refused", "Nothing was run: the job waited for a free sandbox until it expired."));
    }
    await faultPoint("runner.starting", runId);
    await this.keep(runId, () => journal.start(runId), isTooLate);
    await faultPoint("runner.started", runId);
    const output = new OutputBuffer(runId, dispatch.jobNonce);
    const stream = courier.stream(dispatch.callbackUrl, output);
    job.run = startRun(ability.host, dispatch, { pool, onOutput: (name, data) => (output.add(name, data), void faultPoint("runner.printing", runId)) });
    if (job.killReason !== null) job.run.kill(job.killReason);
    const outcome = await job.run.outcome;
    await faultPoint("runner.ended", runId);
    job.run = null;
    if (outcome.status === "refused") probe.doubt();
    await this.finish(runId, { callbackUrl: dispatch.callbackUrl, outputs: await stream.end(), result: resultOfRun(dispatch, outcome, output) });
  }

  /** The runner itself failed (its disk is broken, say): the job is not left without an end. */
  private async giveUp(runId: string, error: unknown): Promise<void> {
    log.error({ runId, err: error }, "job_failed_internally");
    try {
      const dispatch = await this.options.journal.dispatchOf(runId);
      if (dispatch !== null) await this.finish(runId, resultWithoutRun(dispatch, "lost", "The runner failed while it had this job; it was not run again."));
    } catch (again) {
      log.error({ runId, err: again }, "job_left_to_next_start");
    }
  }

  private async finish(runId: string, outcome: Outcome): Promise<void> {
    const job = this.jobs.get(runId);
    if (job === undefined) return;
    job.state = "finished";
    await this.keep(runId, () => this.options.journal.finish(runId, outcome), () => this.isDraining);
    await faultPoint("runner.finished", runId);
    const { status, reason, wallTimeMs, cpuTimeMs } = outcome.result;
    log.info({ runId, status, reason, wallTimeMs, cpuTimeMs }, "job_finished");
    this.tellLater(runId);
  }

  /** A full disk is waited for: neither is a result lost because of it, nor does a job begin that nobody would know of. */
  private keep(runId: string, work: () => Promise<void>, isTooLate: () => boolean): Promise<void> {
    return onceThereIsRoom(work, isTooLate, () => log.error({ runId }, "disk_full"));
  }

  private tellLater(runId: string): void {
    this.tellers.take(() => this.tell(runId).catch((error: unknown) => log.error({ runId, err: error }, "telling_failed")));
  }

  private async tell(runId: string): Promise<void> {
    const { journal, courier } = this.options;
    const outcome = await journal.outcomeOf(runId);
    const job = this.jobs.get(runId);
    if (outcome === null || job === undefined) return;
    await faultPoint("runner.telling", runId);
    const delivery = await courier.tell(outcome);
    await faultPoint("runner.told", runId);
    const tooOld = Date.now() - Date.parse(outcome.result.finishedAt) > RESULT_KEPT_MS;
    // Back to the end of the line, so that one portal that is away does not keep the others waiting.
    if (delivery === "postponed" && !tooOld) return void (this.isDraining || setTimeout(() => this.tellLater(runId), 2_000).unref());
    job.state = delivery === "acknowledged" ? "acknowledged" : "rejected";
    job.closedAt = Date.now();
    await journal.close(runId, job.state);
    await faultPoint("runner.closed", runId);
    log.info({ runId, state: job.state }, "job_closed");
  }

  private async forgetOld(): Promise<void> {
    const now = Date.now();
    for (const [runId, { until }] of this.earlyKills) if (until < now) this.earlyKills.delete(runId);
    for (const [runId, job] of this.jobs) {
      const isClosed = job.state === "acknowledged" || job.state === "rejected";
      if (!isClosed || now - job.closedAt < CLOSED_KEPT_MS) continue;
      this.jobs.delete(runId);
      await this.options.journal.forget(runId);
    }
  }
}

async function waitWhile(condition: () => boolean, forMs: number): Promise<void> {
  const until = Date.now() + forMs;
  while (condition() && Date.now() < until) await sleep(20);
}
