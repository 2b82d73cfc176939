import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * `kill -9` for one process, or with `all` for everything below it as well, as when the machine's memory runs out. A
 * runner's sandboxes are left alone: the process that started them is gone, and the next one has to deal with them.
 */
export async function killTree(pid: number, all: boolean): Promise<void> {
  const pids = all ? [...below(pid), pid] : [pid];
  for (const each of pids) signal(each);
  while (pids.some(isAlive)) await sleep(5);
}

/** Removes an installation's folder, and its database where that had to lie elsewhere. */
export function remove(folder: string, dataDir: string): void {
  const location = path.join(dataDir, "postgres.location");
  if (existsSync(location)) rmSync(readFileSync(location, "utf8").trim(), { recursive: true, force: true });
  // The disks of sandboxes whose runner was dead to the end.
  for (const [, target = ""] of readFileSync("/proc/self/mountinfo", "utf8").matchAll(/^(?:\S+ ){4}(\S+)/gm)) {
    if (target.startsWith(`${folder}/`)) execFileSync("umount", ["--lazy", target]);
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

function below(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
  return children.flatMap((child) => [...below(child), child]);
}

function signal(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It was quicker.
  }
}

/** A process that nobody has buried yet holds nothing any more. */
function isAlive(pid: number): boolean {
  const state = /\) (\S)/.exec(read(`/proc/${pid}/stat`))?.[1];
  return state !== undefined && state !== "Z" && state !== "X";
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
