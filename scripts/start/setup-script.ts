import { spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { checkout } from "./checkout";
import type { LogFile } from "./log-file";
import { ownProgram } from "./parts";

const MOST_OUTPUT = 65_536;

/** What to run, and the name of what it answers. */
export type SetupScript = { file: string; answer: string; timeoutMs: number };

/** Runs one of our scripts to its end and returns what it answered, or null. */
export async function runScript({ file, answer, timeoutMs }: SetupScript, env: NodeJS.ProcessEnv, log: LogFile): Promise<string | null> {
  const errors = log.open();
  const child = spawn(process.execPath, ownProgram(file), {
    cwd: checkout,
    env,
    stdio: ["ignore", "pipe", errors, "ipc"],
    timeout: timeoutMs,
  });
  closeSync(errors);
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    output = (output + chunk).slice(-MOST_OUTPUT);
  });
  const code = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`${file} failed${code === null ? " or took too long" : ""}:\n${log.tail(15)}`);
  return answerIn(output, answer);
}

/** The last JSON line with this name counts: log lines, JSON too, may stand before and after it. */
export function answerIn(output: string, name: string): string | null {
  for (const line of output.split("\n").reverse()) {
    const value = parsed(line)?.[name];
    if (value !== undefined) return typeof value === "string" ? value : null;
  }
  return null;
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    return line.startsWith("{") ? JSON.parse(line) : null;
  } catch {
    return null;
  }
}
