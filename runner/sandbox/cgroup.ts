import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rmdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Limits } from "../contract/schemas";

const MOUNT = "/sys/fs/cgroup";
const CPU_PERIOD_US = 100_000;

/** What the sandbox used so far; null where this kernel does not say. */
export interface Usage {
  cpuTimeMs: number | null;
  maxMemoryBytes: number | null;
  memoryBytes: number | null;
  oomKills: number;
  /** How often a process or thread could not be made because of the cgroup's own bound. */
  pidsRefused: number;
}

/** One run's control group, which the runner makes before and removes after, so that runsc only joins it. */
export interface Cgroup {
  /** What goes into the OCI configuration as `cgroupsPath`. */
  ociPath: string;
  usage(): Promise<Usage>;
  /**
   * Changes its limits while it has members, and starts the highest memory use anew where the kernel can.
   * Throws when more is used than they allow.
   */
  limit(limits: CgroupLimits, share: Share): Promise<void>;
  /** Kills whatever is left in it and removes it. Throws when something will not die. */
  remove(): Promise<void>;
}

export type CgroupLimits = Pick<Limits, "cpuMillis" | "memoryBytes" | "pids">;

/** Which groups go first when the processors do not suffice: `spare` gets a quarter of what others get. */
export type Share = "normal" | "spare";
const SHARES_V1: Record<Share, number> = { normal: 1024, spare: 256 };
const WEIGHTS_V2: Record<Share, number> = { normal: 100, spare: 25 };

/** Whether this machine has the one hierarchy of cgroup v2 (true) or one per controller (v1). */
function isUnified(): boolean {
  return existsSync(path.join(MOUNT, "cgroup.controllers"));
}

/** Folders that may hold groups of ours, by hierarchy: below this process's own group, so that its limits hold too. */
async function parents(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const lines = (await readFile("/proc/self/cgroup", "utf8")).trim().split("\n");
  for (const line of lines) {
    const [, controllers = "", ...rest] = line.split(":");
    const own = rest.join(":");
    if (controllers === "") {
      if (isUnified()) found.set("", existsSync(path.join(MOUNT, own)) ? path.join(MOUNT, own) : MOUNT);
      continue;
    }
    const folder = path.join(MOUNT, controllers.replace(/^name=/, ""));
    if (existsSync(folder)) for (const name of controllers.split(",")) found.set(name, path.join(folder, own));
  }
  return found;
}

/** Makes the group `name` with these limits. Throws when this machine cannot limit memory, CPU and processes. */
export async function createCgroup(name: string, limits: CgroupLimits, share: Share = "normal"): Promise<Cgroup> {
  const cgroup = await (isUnified() ? createUnified(name) : createPerController(name));
  try {
    await cgroup.limit(limits, share);
    return cgroup;
  } catch (error) {
    await cgroup.remove();
    throw error;
  }
}

async function createPerController(name: string): Promise<Cgroup> {
  const own = await parents();
  for (const needed of ["memory", "cpu", "cpuacct", "pids"]) {
    if (!existsSync(own.get(needed) ?? "/nowhere")) throw new Error(`the '${needed}' cgroup controller is not mounted`);
  }
  // Every hierarchy, not only the limited ones: runsc makes those it does not find and would leave them behind when killed.
  const at = (controller: string) => path.join(own.get(controller) ?? "", name);
  const folders = [...new Set([...own.keys()].map(at))];
  for (const folder of folders) await mkdir(folder, { recursive: true });
  await inheritCpuset(own.get("cpuset"), at("cpuset"));

  return {
    ociPath: name,
    usage: async () => ({
      cpuTimeMs: scale(await readNumber(path.join(at("cpuacct"), "cpuacct.usage")), 1e-6),
      maxMemoryBytes: await readNumber(path.join(at("memory"), "memory.max_usage_in_bytes")),
      memoryBytes: await readNumber(path.join(at("memory"), "memory.usage_in_bytes")),
      oomKills: (await readField(path.join(at("memory"), "memory.oom_control"), "oom_kill")) ?? 0,
      pidsRefused: (await readField(path.join(at("pids"), "pids.events"), "max")) ?? 0,
    }),
    limit: async (limits, share) => {
      const memory = path.join(at("memory"), "memory.limit_in_bytes");
      const withSwap = path.join(at("memory"), "memory.memsw.limit_in_bytes");
      // The one with swap may never be the smaller one: it goes first on the way up and last on the way down.
      await writeFile(withSwap, String(limits.memoryBytes)).catch(() => undefined);
      await writeFile(memory, String(limits.memoryBytes));
      await writeFile(withSwap, String(limits.memoryBytes)).catch(() => undefined);
      await writeFile(path.join(at("memory"), "memory.max_usage_in_bytes"), "0").catch(() => undefined);
      await writeFile(path.join(at("cpu"), "cpu.cfs_period_us"), String(CPU_PERIOD_US));
      await writeFile(path.join(at("cpu"), "cpu.cfs_quota_us"), String(quotaUs(limits)));
      await writeFile(path.join(at("cpu"), "cpu.shares"), String(SHARES_V1[share]));
      await writeFile(path.join(at("pids"), "pids.max"), String(hostTasks(limits)));
    },
    remove: () => removeGroups(folders),
  };
}

async function createUnified(name: string): Promise<Cgroup> {
  const parent = await delegatingParent();
  const folder = path.join(parent, name);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "memory.swap.max"), "0").catch(() => undefined);
  await writeFile(path.join(folder, "memory.oom.group"), "1").catch(() => undefined);
  return {
    ociPath: path.join("/", path.relative(MOUNT, folder)),
    usage: async () => ({
      cpuTimeMs: scale(await readField(path.join(folder, "cpu.stat"), "usage_usec"), 1e-3),
      maxMemoryBytes: await readNumber(path.join(folder, "memory.peak")),
      memoryBytes: await readNumber(path.join(folder, "memory.current")),
      oomKills: (await readField(path.join(folder, "memory.events"), "oom_kill")) ?? 0,
      pidsRefused: (await readField(path.join(folder, "pids.events"), "max")) ?? 0,
    }),
    limit: async (limits, share) => {
      // Here the kernel would not refuse a limit below what is used, but kill for it.
      const used = await readNumber(path.join(folder, "memory.current"));
      if (used !== null && used > limits.memoryBytes) throw new Error("more memory is used than the new limit allows");
      await writeFile(path.join(folder, "memory.max"), String(limits.memoryBytes));
      await writeFile(path.join(folder, "cpu.max"), `${quotaUs(limits)} ${CPU_PERIOD_US}`);
      await writeFile(path.join(folder, "cpu.weight"), String(WEIGHTS_V2[share]));
      await writeFile(path.join(folder, "pids.max"), String(hostTasks(limits)));
    },
    remove: () => removeGroups([folder]),
  };
}

/** A group below which memory, CPU and processes can be limited: our own, or else the root of what we see. */
async function delegatingParent(): Promise<string> {
  const own = (await parents()).get("") ?? MOUNT;
  for (const parent of new Set([own, MOUNT])) {
    const control = path.join(parent, "cgroup.subtree_control");
    await writeFile(control, "+memory +cpu +pids").catch(() => undefined);
    const enabled = (await readFile(control, "utf8").catch(() => "")).split(/\s+/);
    if (["memory", "cpu", "pids"].every((controller) => enabled.includes(controller))) return parent;
  }
  throw new Error("the memory, cpu and pids controllers are not delegated to the runner's cgroup");
}

/** Removes the groups whose name starts with `prefix`, killing what is in them: what a killed runner left. */
export async function removeCgroupsNamed(prefix: string): Promise<void> {
  for (const parent of new Set([...(await parents()).values(), MOUNT])) {
    const names = await readdir(parent).catch(() => []);
    await removeGroups(names.filter((name) => name.startsWith(prefix)).map((name) => path.join(parent, name)));
  }
}

async function removeGroups(folders: readonly string[]): Promise<void> {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const left = [];
    for (const folder of folders) if (!(await removeGroup(folder))) left.push(folder);
    if (left.length === 0) return;
    if (Date.now() > deadline) throw new Error(`cgroups that will not go away: ${left.join(", ")}`);
    await sleep(10);
  }
}

async function removeGroup(folder: string): Promise<boolean> {
  const children = await readdir(folder, { withFileTypes: true }).catch(() => null);
  if (children === null) return true;
  for (const child of children) if (child.isDirectory()) await removeGroup(path.join(folder, child.name));
  await killMembers(folder);
  return rmdir(folder).then(() => true, (error: NodeJS.ErrnoException) => error.code === "ENOENT");
}

async function killMembers(folder: string): Promise<void> {
  const members = await readFile(path.join(folder, "cgroup.procs"), "utf8").catch(() => "");
  for (const line of members.split("\n")) {
    const pid = Number(line);
    // 0 stands for a process of another PID namespace; to kill(2) it would mean our own group.
    if (pid > 1 && pid !== process.pid) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself meanwhile.
      }
    }
  }
}

/** A v1 cpuset group starts without processors or memory nodes, and nothing can join it until it has some. */
async function inheritCpuset(parent: string | undefined, folder: string): Promise<void> {
  if (parent === undefined) return;
  for (const file of ["cpuset.cpus", "cpuset.mems"]) {
    const inherited = await readFile(path.join(parent, file), "utf8").catch(() => null);
    if (inherited !== null) await writeFile(path.join(folder, file), inherited.trim()).catch(() => undefined);
  }
}

function quotaUs(limits: CgroupLimits): number {
  return Math.max(1000, Math.round((limits.cpuMillis * CPU_PERIOD_US) / 1000));
}

/**
 * The guest's processes are bounded inside (RLIMIT_NPROC). gVisor needs many host threads for each of them, and a
 * sandbox that hits this bound dies as a whole, so it is wide: it only keeps the host safe.
 */
function hostTasks(limits: CgroupLimits): number {
  return 512 + 64 * limits.pids;
}

async function readNumber(file: string): Promise<number | null> {
  const text = await readFile(file, "utf8").catch(() => "");
  return /^\d+\s*$/.test(text) ? Number(text) : null;
}

async function readField(file: string, name: string): Promise<number | null> {
  const text = await readFile(file, "utf8").catch(() => "");
  const match = new RegExp(`^${name} (\\d+)$`, "m").exec(text);
  return match ? Number(match[1]) : null;
}

function scale(value: number | null, factor: number): number | null {
  return value === null ? null : Math.round(value * factor);
}
