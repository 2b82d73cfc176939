import { chown, mkdir, readFile, statfs, writeFile } from "node:fs/promises";
import path from "node:path";
import { SCRIPT_NAMES, type JobDispatch } from "../contract/schemas";
import { exec } from "./exec";

/** The unprivileged user and group inside (nobody, nogroup). */
export const GUEST_ID = 65534;
const MAX_INODES = 8_192;
const FREE_BLOCKS_OF_A_FULL_DISK = 1;

/** A run's own small disk: a tmpfs of bounded size on the host, so that a full one stops the run and nothing else. */
export interface Disk {
  workDir: string;
  tmpDir: string;
  isFull(): Promise<boolean>;
  unmount(): Promise<void>;
}

/** Mounts the disk at `folder`, big enough for the input and `diskBytes` more, and lays the code and files out. */
export async function mountDisk(folder: string, job: JobDispatch): Promise<Disk> {
  const files = job.files.map((file) => ({ name: file.name, data: Buffer.from(file.contentBase64, "base64") }));
  const code = { name: SCRIPT_NAMES[job.language], data: Buffer.from(job.code, "utf8") };
  const inputBytes = [code, ...files].reduce((sum, file) => sum + Math.ceil(file.data.length / 4096) * 4096, 0);

  await mkdir(folder, { recursive: true });
  const options = `size=${inputBytes + job.limits.diskBytes + 16 * 4096},nr_inodes=${MAX_INODES + files.length},mode=0755,nosuid,nodev`;
  const mounted = await exec("mount", ["-t", "tmpfs", "-o", options, "countersign-run", folder]);
  if (!mounted.ok) throw new Error(`cannot mount a tmpfs for the run: ${mounted.stderr.trim()}`);

  const workDir = path.join(folder, "work");
  const tmpDir = path.join(folder, "tmp");
  for (const dir of [workDir, tmpDir, path.join(workDir, "out")]) await makeGuestDir(dir);
  for (const file of [code, ...files]) await writeGuestFile(workDir, file.name, file.data);
  return {
    workDir,
    tmpDir,
    isFull: async () => {
      const { bavail, ffree } = await statfs(folder);
      return bavail <= FREE_BLOCKS_OF_A_FULL_DISK || ffree === 0;
    },
    unmount: () => unmountDisk(folder),
  };
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

async function writeGuestFile(workDir: string, name: string, data: Buffer): Promise<void> {
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
