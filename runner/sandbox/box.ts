import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Limits, SandboxFacts } from "../contract/schemas";
import { createCgroup, type Cgroup, type Share } from "./cgroup";
import { mountDisk, unmountDisk, type Disk } from "./disk";
import type { Image } from "./image";
import { ociSpec } from "./spec";

/** What is needed to start sandboxes on this machine, as found by the probe. */
export interface SandboxHost {
  runscPath: string;
  facts: SandboxFacts;
  image: Image;
  /** One folder a sandbox is made here and removed after it. */
  runsDir: string;
  /** Starts the name of every control group of this runner, and of no other. */
  cgroupPrefix: string;
}

export interface BoxPlan {
  command: readonly string[];
  limits: Pick<Limits, "cpuMillis" | "memoryBytes" | "pids">;
  diskSize: Parameters<typeof mountDisk>[1];
  share: Share;
}

/** How runsc ended: with the sandbox's exit code, or without ever having been started. */
export type BoxEnd = { exitCode: number | null } | { error: string };

/** The host's side of one gVisor sandbox: folder, disk, control group, process. It serves one run. */
export interface Box {
  disk: Disk;
  cgroup: Cgroup;
  /** Starts runsc. Call it once. */
  start(): { child: ChildProcessWithoutNullStreams; ended: Promise<BoxEnd> };
  /** What runsc wrote to its own log when it could not do its work, or null. */
  runscError(): Promise<string | null>;
  /** Kills what is left of it, has `collect` read the disk, which nothing changes any more, and removes every trace. */
  remove(collect?: () => Promise<void>): Promise<string[]>;
}

/** Makes all of a sandbox that comes before its process. Throws when it cannot, having removed what it made. */
export async function makeBox(host: SandboxHost, name: string, plan: BoxPlan): Promise<Box> {
  const folder = path.join(host.runsDir, name);
  const diskDir = path.join(folder, "disk");
  const made: { cgroup?: Cgroup } = {};

  const remove = async (collect?: () => Promise<void>): Promise<string[]> => {
    const problems: string[] = [];
    // Cleaning goes on after a failure. What resists is told in the result, and removed at the runner's next start.
    const step = async (what: string, work: () => Promise<void>) => {
      await work().catch((error: unknown) => problems.push(`the run's ${what}: ${messageOf(error)}`.slice(0, 500)));
    };
    await step("control group", async () => made.cgroup?.remove());
    if (collect) await step("files", collect);
    await step("disk", () => unmountDisk(diskDir));
    if (problems.length === 0) await step("folder", () => rm(folder, { recursive: true, force: true }));
    return problems;
  };

  try {
    const disk = await mountDisk(diskDir, plan.diskSize);
    made.cgroup = await createCgroup(`${host.cgroupPrefix}${name}`, plan.limits, plan.share);
    const spec = ociSpec({ command: plan.command, limits: plan.limits, image: host.image, disk, cgroupsPath: made.cgroup.ociPath });
    await mkdir(path.join(folder, "root"), { recursive: true });
    await writeFile(path.join(folder, "config.json"), JSON.stringify(spec), { mode: 0o600 });
    return {
      disk,
      cgroup: made.cgroup,
      start: () => startRunsc(host, folder, name),
      runscError: async () => {
        const text = await readFile(path.join(folder, "runsc.log"), "utf8").catch(() => "");
        return /"msg":"((?:[^"\\]|\\.){1,500})[^\n]*"level":"error"/.exec(text)?.[1] ?? null;
      },
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

function startRunsc({ facts, runscPath }: SandboxHost, folder: string, name: string): ReturnType<Box["start"]> {
  const runsc = [
    `--root=${path.join(folder, "root")}`,
    `--log=${path.join(folder, "runsc.log")}`,
    "--log-format=json",
    `--platform=${facts.platform}`,
    "--network=none",
    "run",
    `--bundle=${folder}`,
    name,
  ];
  // With the parent-death signal a killed runner takes its sandboxes with it: none runs on unwatched.
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", runscPath, ...runsc], { env: { NODE_ENV: "production", PATH: "/usr/sbin:/usr/bin:/sbin:/bin" } });
  const ended = new Promise<BoxEnd>((resolve) => {
    child.once("error", (error) => resolve({ error: error.message }));
    child.once("close", (exitCode) => resolve({ exitCode }));
  });
  // A program need not read its input to the end.
  child.stdin.on("error", () => undefined);
  return { child, ended };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
