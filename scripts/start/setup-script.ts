import { spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { checkout } from "./checkout";
import type { LogFile } from "./log-file";
import { ownProgram } from "./parts";

const MOST_OUTPUT = 65_536;

/** Runs one of our scripts to its end and returns the JSON object that it printed last. */
export async function runScript(file: string, env: NodeJS.ProcessEnv, log: LogFile, timeoutMs: number): Promise<Record<string, unknown>> {
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
  return lastObject(output) ?? {};
}

function lastObject(output: string): Record<string, unknown> | null {
  const line = output.trim().split("\n").at(-1) ?? "";
  return line.startsWith("{") ? JSON.parse(line) : null;
}
