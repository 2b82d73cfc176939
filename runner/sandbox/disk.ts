import { chown, mkdir, readFile, statfs, writeFile } from "node:fs/promises";
import path from "node:path";
import { isSafeFileName } from "../contract/names";
import { SCRIPT_NAMES, type JobDispatch } from "../contract/schemas";
import { exec } from "./exec";

/** The unprivileged user and group inside (nobody, nogroup). */
export const GUEST_ID = 65534;
const BLOCK_BYTES = 4096;
const MAX_INODES = 8_192;
const FREE_BLOCKS_OF_A_FULL_DISK = 1;

/** A run's own small disk: a tmpfs of bounded size on the host, so that a full one stops the run and nothing else. */
export interface Disk {
  workDir: string;
  tmpDir: string;
  /** Gives it the job's size and lays the job's code and files out. */
  fit(job: JobDispatch): Promise<void>;
  isFull(): Promise<boolean>;
}

interface DiskSize {
  bytes: number;
  inodes: number;
}

/** Enough for what a sandbox that waits for its job has on its disk. */
export const IDLE_SIZE: DiskSize = { bytes: 64 * BLOCK_BYTES, inodes: 64 };

/** Big enough for a job's input and `diskBytes` more. */
export function diskSizeFor(job: JobDispatch): DiskSize {
  const inputs = [Buffer.byteLength(job.code), ...job.files.map((file) => Buffer.byteLength(file.contentBase64, "base64"))];
  const inputBytes = inputs.reduce((sum, bytes) => sum + Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES, 0);
  return { bytes: inputBytes + job.limits.diskBytes + 16 * BLOCK_BYTES, inodes: MAX_INODES + job.files.length };
}

/** Mounts a disk of this size at `folder`, with the folders that a sandbox needs. */
export async function mountDisk(folder: string, size: DiskSize): Promise<Disk> {
  await mkdir(folder, { recursive: true });
  await mount(["-t", "tmpfs", "-o", `${optionsOf(size)},mode=0755,nosuid,nodev`, "countersign-run", folder]);
  let mounted = size;
  const workDir = path.join(folder, "work");
  const tmpDir = path.join(folder, "tmp");
  for (const dir of [workDir, tmpDir, path.join(workDir, "out")]) await makeGuestDir(dir);
  return {
    workDir,
    tmpDir,
    fit: async (job) => {
      const wanted = diskSizeFor(job);
      if (wanted.bytes !== mounted.bytes || wanted.inodes !== mounted.inodes) await mount(["-o", `remount,${optionsOf(wanted)}`, folder]);
      mounted = wanted;
      await writeGuestFile(workDir, SCRIPT_NAMES[job.language], Buffer.from(job.code, "utf8"));
      // The contract refuses such names before; but here a name becomes a path of the host, written as root.
      const unsafe = job.files.find((file) => !isSafeFileName(file.name));
      if (unsafe !== undefined) throw new Error(`${JSON.stringify(unsafe.name)} is no name for an input file`);
      for (const file of job.files) await writeGuestFile(workDir, file.name, Buffer.from(file.contentBase64, "base64"));
    },
    isFull: async () => {
      const { bavail, ffree } = await statfs(folder);
      return bavail <= FREE_BLOCKS_OF_A_FULL_DISK || ffree === 0;
    },
  };
}

function optionsOf({ bytes, inodes }: DiskSize): string {
  return `size=${bytes},nr_inodes=${inodes}`;
}

async function mount(args: string[]): Promise<void> {
  const mounted = await exec("mount", args);
  if (!mounted.ok) throw new Error(`cannot mount a tmpfs for the run: ${mounted.stderr.trim()}`);
}

/** Unmounts what is mounted below `folder`: one run's disk, or all that a killed runner left. */
export async function unmountDisk(folder: string): Promise<void> {
  const mounts = (await readFile("/proc/self/mountinfo", "utf8"))
    .split("\n")
    .map((line) => unescapeMount(line.split(" ")[4] ?? ""))
    .filter((point) => point === folder || point.startsWith(`${folder}/`));
  for (const point of mounts.reverse()) {
    const done = await exec("umount", [point]);
    if (!done.ok) await exec("umount", ["-l", point]);
  }
}

async function makeGuestDir(dir: string): Promise<void> {
  await mkdir(dir, { mode: 0o700 });
  await chown(dir, GUEST_ID, GUEST_ID);
}

/** Writes a new file below `workDir`, the guest's own. Throws when the name is taken. */
export async function writeGuestFile(workDir: string, name: string, data: Buffer): Promise<void> {
  const parts = name.split("/");
  for (let depth = 1; depth < parts.length; depth++) {
    const dir = path.join(workDir, ...parts.slice(0, depth));
    await makeGuestDir(dir).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
  const file = path.join(workDir, ...parts);
  await writeFile(file, data, { flag: "wx", mode: 0o600 });
  await chown(file, GUEST_ID, GUEST_ID);
}

/** The kernel writes spaces and backslashes of a mount point as octal escapes. */
function unescapeMount(point: string): string {
  return point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}
