import { SCRIPT_NAMES, type JobDispatch, type Language } from "../contract/schemas";
import { GUEST_ID, type Disk } from "./disk";
import type { Image } from "./image";

const INTERPRETERS: Record<Language, string[]> = {
  python: ["/usr/bin/python3"],
  node: ["/usr/local/bin/node"],
  shell: ["/bin/sh"],
};

const MASKED = ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/sched_debug", "/sys/firmware", "/proc/scsi"];
const READ_ONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/** The command line of a job inside the sandbox. */
export function commandOf(job: Pick<JobDispatch, "language" | "args">): string[] {
  return [...INTERPRETERS[job.language], `/work/${SCRIPT_NAMES[job.language]}`, ...job.args];
}

export interface SpecInput {
  command: readonly string[];
  limits: Pick<JobDispatch["limits"], "pids">;
  image: Image;
  disk: Pick<Disk, "workDir" | "tmpDir">;
  cgroupsPath: string;
}

/**
 * The OCI runtime configuration (runtime-spec 1.0.2) of one run: read-only root, /work and /tmp on the run's own
 * disk, an unprivileged user without capabilities, and no network but an empty namespace.
 */
export function ociSpec({ command, limits, image, disk, cgroupsPath }: SpecInput) {
  const rlimit = (type: string, value: number) => ({ type, hard: value, soft: value });
  return {
    ociVersion: "1.0.2",
    process: {
      terminal: false,
      user: { uid: GUEST_ID, gid: GUEST_ID, additionalGids: [] },
      args: command,
      env: [
        "PATH=/usr/local/bin:/usr/bin:/bin",
        "HOME=/tmp",
        "TMPDIR=/tmp",
        "LANG=C.UTF-8",
        "TZ=UTC",
        // So that output streams as it is printed, and the disk is not filled with byte code.
        "PYTHONUNBUFFERED=1",
        "PYTHONDONTWRITEBYTECODE=1",
      ],
      cwd: "/work",
      capabilities: { bounding: [], effective: [], inheritable: [], permitted: [], ambient: [] },
      noNewPrivileges: true,
      rlimits: [
        rlimit("RLIMIT_NPROC", limits.pids),
        rlimit("RLIMIT_NOFILE", 1024),
        rlimit("RLIMIT_CORE", 0),
      ],
    },
    root: { path: image.rootDir, readonly: true },
    hostname: "sandbox",
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      ...image.binds.map((bind) => ({ ...bind, type: "bind", options: ["rbind", "ro", "nosuid", "nodev"] })),
      { destination: "/work", type: "bind", source: disk.workDir, options: ["bind", "rw", "nosuid", "nodev"] },
      { destination: "/tmp", type: "bind", source: disk.tmpDir, options: ["bind", "rw", "nosuid", "nodev"] },
    ],
    linux: {
      namespaces: ["pid", "network", "ipc", "uts", "mount"].map((type) => ({ type })),
      cgroupsPath,
      maskedPaths: MASKED,
      readonlyPaths: READ_ONLY,
    },
  };
}
