import { createHash } from "node:crypto";
import type { JobDispatch, ResultCallback, RunStatus } from "./contract/schemas";
import type { Outcome } from "./journal";
import type { OutputBuffer } from "./output";
import type { RunOutcome } from "./sandbox/run";

/** The result of a job of which no sandbox can tell: it was refused, killed while it waited, or lost. */
export function resultWithoutRun(job: JobDispatch, status: RunStatus, reason: string): Outcome {
  const nothing = { bytes: 0, truncated: false, sha256: createHash("sha256").digest("hex") };
  const result: ResultCallback = {
    runId: job.runId,
    jobNonce: job.jobNonce,
    status,
    exitCode: null,
    signal: null,
    reason,
    warnings: [],
    startedAt: null,
    finishedAt: new Date().toISOString(),
    wallTimeMs: 0,
    cpuTimeMs: null,
    maxMemoryBytes: null,
    stdout: nothing,
    stderr: nothing,
    files: [],
    sandbox: null,
  };
  return { callbackUrl: job.callbackUrl, outputs: [], result };
}

/** The result of a job that a sandbox has ended. */
export function resultOfRun(job: JobDispatch, run: RunOutcome, output: OutputBuffer): ResultCallback {
  const { truncated, ...rest } = run;
  return {
    runId: job.runId,
    jobNonce: job.jobNonce,
    ...rest,
    stdout: output.totalsOf("stdout", truncated.stdout),
    stderr: output.totalsOf("stderr", truncated.stderr),
  };
}
