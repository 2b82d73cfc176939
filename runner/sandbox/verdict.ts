import os from "node:os";
import type { JobDispatch, RunStatus } from "../contract/schemas";

/** How the sandbox came to its end, as seen from outside. */
export interface Ending {
  /** What the runner ended it for; null when it ended by itself. */
  stoppedFor: "timed_out" | "killed" | "output_limit" | "out_of_memory" | null;
  /** Who or what killed it, when `stoppedFor` is 'killed'. */
  killReason: string;
  exitCode: number | null;
  oomKills: number;
  pidsRefused: number;
  diskWasFull: boolean;
  /** What runsc said when it could not start or keep the sandbox. */
  sandboxError: string | null;
  /** The program did not run at all. */
  neverStarted: boolean;
}

export interface Verdict {
  status: RunStatus;
  exitCode: number | null;
  signal: string | null;
  reason: string;
}

/** Names a run's outcome, and says it in one sentence. */
export function verdictOf(ending: Ending, limits: JobDispatch["limits"]): Verdict {
  const stopped = (status: RunStatus, reason: string): Verdict => ({ status, exitCode: null, signal: "SIGKILL", reason });
  if (ending.stoppedFor === "killed") return stopped("killed", `The run was stopped: ${ending.killReason}`);
  if (ending.stoppedFor === "timed_out") return stopped("timed_out", `The run took longer than its limit of ${limits.wallTimeMs / 1000} seconds and was stopped.`);
  if (ending.stoppedFor === "output_limit") return stopped("output_limit", `The run printed more than its limit of ${limits.outputBytes} bytes and was stopped.`);
  if (ending.stoppedFor === "out_of_memory" || ending.oomKills > 0) {
    return stopped("out_of_memory", `The run used more than its limit of ${Math.round(limits.memoryBytes / 1024 / 1024)} MiB of memory and was stopped.`);
  }
  if (ending.sandboxError !== null) {
    const reason = ending.neverStarted ? "The sandbox could not be started, and nothing was run" : "The sandbox broke down during the run";
    return { status: ending.neverStarted ? "refused" : "failed", exitCode: null, signal: null, reason: `${reason}: ${ending.sandboxError}`.slice(0, 900) };
  }
  const { exitCode } = ending;
  if (exitCode === 0) return { status: "succeeded", exitCode, signal: null, reason: "The program ended with exit code 0." };
  if (exitCode === null) return stopped("failed", "The sandbox was ended from outside before the program finished.");

  const signal = signalOf(exitCode);
  if (ending.diskWasFull) return { status: "disk_limit", exitCode, signal, reason: `The program filled its disk of ${limits.diskBytes} bytes and ended with exit code ${exitCode}.` };
  const hint = ending.pidsRefused > 0 ? ` It tried to start more processes than its limit of ${limits.pids}.` : "";
  const how = signal === null ? `exit code ${exitCode}` : `exit code ${exitCode} (${signal})`;
  return { status: "failed", exitCode, signal, reason: `The program ended with ${how}.${hint}` };
}

/** The signal that an exit code above 128 stands for, as a shell would say it. */
function signalOf(exitCode: number): string | null {
  const found = Object.entries(os.constants.signals).find(([, number]) => number === exitCode - 128);
  return found?.[0] ?? null;
}
