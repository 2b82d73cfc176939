import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

/** Everything on this host that a runner with this state folder and prefix made for runs and has not removed. */
export function tracesOf(runsDir: string, cgroupPrefix: string): string[] {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n").filter((line) => line.includes(runsDir));
  return [...mounts, ...listed(runsDir), ...cgroups("/sys/fs/cgroup", cgroupPrefix, 4)];
}

function cgroups(folder: string, prefix: string, depth: number): string[] {
  if (depth === 0) return [];
  return listed(folder).flatMap((name) => (name.startsWith(prefix) ? [path.join(folder, name)] : cgroups(path.join(folder, name), prefix, depth - 1)));
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
