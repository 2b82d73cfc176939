import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Executed {
  ok: boolean;
  stdout: string;
  stderr: string;
}

/** Runs a host command without a shell, bounded in time and output. Does not throw: `ok` is false instead. */
export async function exec(file: string, args: readonly string[], timeoutMs = 10_000): Promise<Executed> {
  try {
    const { stdout, stderr } = await run(file, args, { timeout: timeoutMs, killSignal: "SIGKILL", maxBuffer: 256 * 1024 });
    return { ok: true, stdout, stderr };
  } catch (error) {
    const { stdout = "", stderr = "", message = "" } = error as { stdout?: string; stderr?: string; message?: string };
    return { ok: false, stdout, stderr: stderr || message };
  }
}
