import { mkdir, open, readFile, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { JobDispatch, OutputCallback, ResultCallback, type JobState } from "./contract/schemas";

export const CLOSED_KEPT_MS = 7 * 24 * 3_600_000;

/** All that is left to tell the portal about a job that is over. */
export const Outcome = z.strictObject({
  callbackUrl: z.string(),
  outputs: z.array(OutputCallback),
  result: ResultCallback,
});
export type Outcome = z.infer<typeof Outcome>;

const Closed = z.strictObject({ state: z.enum(["acknowledged", "rejected"]) });

/** A job as found after a restart. */
export interface FoundJob {
  runId: string;
  state: Exclude<JobState, "unknown">;
}

/**
 * What this runner was given, on disk: one folder a job, whose files say how far it came. A step is durable (written,
 * synced, renamed, folder synced) before anything that follows from it happens, so that after a crash a job which may
 * have begun is never begun again. Closed jobs are remembered for a week, to recognise a late duplicate.
 */
export class Journal {
  constructor(private readonly folder: string) {}

  async accept(dispatch: JobDispatch): Promise<void> {
    await mkdir(this.at(dispatch.runId), { recursive: true, mode: 0o700 });
    await this.write(dispatch.runId, "job.json", dispatch);
    await syncFolder(this.folder);
  }

  async start(runId: string): Promise<void> {
    await this.write(runId, "started.json", { at: new Date().toISOString() });
  }

  /** Keeps what is to be told, and drops the code and input, which nobody needs any more. */
  async finish(runId: string, outcome: Outcome): Promise<void> {
    await this.write(runId, "outcome.json", outcome);
    await rm(path.join(this.at(runId), "job.json"), { force: true });
  }

  async close(runId: string, state: "acknowledged" | "rejected"): Promise<void> {
    await this.write(runId, "closed.json", { state });
    for (const file of ["job.json", "started.json", "outcome.json"]) await rm(path.join(this.at(runId), file), { force: true });
  }

  /** Every job of former processes. Folders without a whole first record were never answered for: they are removed. */
  async recover(): Promise<FoundJob[]> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const found: FoundJob[] = [];
    for (const runId of await readdir(this.folder)) {
      // A damaged record stays where it is for a person to look at; its job counts as over, since it may have run.
      const state = await this.stateOf(runId).catch(() => "rejected" as const);
      if (state === null) await this.forget(runId);
      else found.push({ runId, state });
    }
    return found;
  }

  /** What was asked. Null once the job is over. */
  async dispatchOf(runId: string): Promise<JobDispatch | null> {
    return this.parse(runId, "job.json", JobDispatch);
  }

  /** What is to be told. Null before the job is over and after it was told. */
  async outcomeOf(runId: string): Promise<Outcome | null> {
    return this.parse(runId, "outcome.json", Outcome);
  }

  async forget(runId: string): Promise<void> {
    await rm(this.at(runId), { recursive: true, force: true });
  }

  private async stateOf(runId: string): Promise<FoundJob["state"] | null> {
    const closed = await this.parse(runId, "closed.json", Closed);
    if (closed !== null) {
      const { mtimeMs } = await stat(path.join(this.at(runId), "closed.json"));
      return Date.now() - mtimeMs > CLOSED_KEPT_MS ? null : closed.state;
    }
    if (await this.has(runId, "outcome.json")) return "finished";
    if (!(await this.has(runId, "job.json"))) return null;
    return (await this.has(runId, "started.json")) ? "running" : "queued";
  }

  private has(runId: string, file: string): Promise<boolean> {
    return stat(path.join(this.at(runId), file)).then(() => true, () => false);
  }

  private async parse<T>(runId: string, file: string, schema: z.ZodType<T>): Promise<T | null> {
    const text = await readFile(path.join(this.at(runId), file), "utf8").catch(() => null);
    if (text === null) return null;
    // A file under its final name is whole; one that is not means damage that a person must look at.
    return schema.parse(JSON.parse(text));
  }

  private async write(runId: string, file: string, content: unknown): Promise<void> {
    const target = path.join(this.at(runId), file);
    const handle = await open(`${target}.part`, "w", 0o600);
    try {
      await handle.writeFile(JSON.stringify(content));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(`${target}.part`, target);
    await syncFolder(this.at(runId));
  }

  private at(runId: string): string {
    return path.join(this.folder, runId);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
