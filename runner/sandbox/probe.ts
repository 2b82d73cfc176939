import { randomUUID } from "node:crypto";
import { access, constants, stat, statfs } from "node:fs/promises";
import path from "node:path";
import type { HealthReport, JobDispatch, Language } from "../contract/schemas";
import { exec } from "./exec";
import type { Image } from "./image";
import type { SandboxHost } from "./box";
import { startRun } from "./run";

const RETRY_MS = 2_000;
const MIB = 1024 * 1024;
/** What jobs need of the runner's disk for their journal, their results and their sandboxes' own files. */
const NEEDED_BYTES = 64 * MIB;
const NEEDED_FILES = 256;
// Newest first. Never kvm: where it is not whole it hangs instead of failing.
const PLATFORMS = ["systrap", "ptrace"];
const SEARCH_PATH = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

type LanguageReport = HealthReport["languages"][number];

export type ProbeResult =
  | { usable: true; host: SandboxHost; languages: LanguageReport[] }
  /** `passing`: it may be over in a moment, so that a job may wait for it. */
  | { usable: false; version: string | null; problem: string; mend: string; passing: boolean };

/**
 * Finds out what this machine can run, by running it: a small job in a sandbox made the same way as every other.
 * A success is kept until runsc or an interpreter changes on disk; a failure is tried again after two seconds, so
 * that a sandbox installed meanwhile is noticed without a restart.
 */
export class Probe {
  private last: { at: number; fingerprint: string; result: Promise<ProbeResult> } | null = null;

  constructor(private readonly options: { image: Image; runsDir: string; cgroupPrefix: string; runscPath?: string | undefined }) {}

  async current(): Promise<ProbeResult> {
    return (await this.fullDisk()) ?? (await this.sandbox());
  }

  /** A full disk passes, so it is looked at each time. */
  private async fullDisk(): Promise<ProbeResult | null> {
    const folder = path.dirname(this.options.runsDir);
    const { bavail, bsize, files, ffree } = await statfs(folder);
    const free = bavail * bsize;
    // Some file systems count no files.
    const hasRoomForFiles = files === 0 || ffree >= NEEDED_FILES;
    if (free >= NEEDED_BYTES && hasRoomForFiles) return null;
    const left = hasRoomForFiles ? `${Math.floor(free / MIB)} of the ${NEEDED_BYTES / MIB} MiB that are needed are free` : "it takes no more files";
    return { usable: false, version: null, passing: true, problem: `The runner's disk is full: ${left}.`, mend: `free some space in ${folder}` };
  }

  private async sandbox(): Promise<ProbeResult> {
    const runscPath = this.options.runscPath ?? (await findProgram("runsc"));
    const fingerprint = await fingerprintOf([runscPath, "/usr/bin/python3"]);
    if (this.last !== null && this.last.fingerprint === fingerprint) {
      const known = await this.last.result;
      if (known.usable || Date.now() - this.last.at < RETRY_MS) return known;
    }
    // Set at once, so that requests which come meanwhile wait for this probe instead of starting another.
    this.last = { at: Date.now(), fingerprint, result: this.probe(runscPath) };
    const result = await this.last.result;
    this.last.at = Date.now();
    return result;
  }

  /** Forgets what was found, since a sandbox could not be started after all. */
  doubt(): void {
    this.last = null;
  }

  private async probe(runscPath: string): Promise<ProbeResult> {
    const unusable = (problem: string, mend: string, version: string | null = null): ProbeResult => ({ usable: false, version, problem, mend, passing: false });
    if (!(await isExecutable(runscPath))) return unusable("gVisor (runsc) is not installed on the runner's machine.", "apt-get install -y runsc");
    if (process.getuid?.() !== 0) return unusable("The runner must run as root to make sandboxes with limits.", "sudo npm start");
    const version = /runsc version (\S+)/.exec((await exec(runscPath, ["--version"])).stdout)?.[1] ?? null;
    if (version === null) return unusable(`${runscPath} does not run on this machine.`, "apt-get install -y --reinstall runsc");

    const problems: string[] = [];
    for (const platform of PLATFORMS) {
      const host: SandboxHost = {
        runscPath,
        facts: { runtime: "runsc", version, platform, image: this.options.image.name },
        image: this.options.image,
        runsDir: this.options.runsDir,
        cgroupPrefix: this.options.cgroupPrefix,
      };
      const tried = await tryOut(host);
      if (tried.works) return { usable: true, host, languages: languagesFrom(tried.output) };
      problems.push(`${platform}: ${tried.reason}`);
    }
    return unusable(`runsc is installed but cannot run a sandbox here (${problems.join(" ")})`.slice(0, 1000), "runsc --platform=ptrace --network=none do true", version);
  }
}

const TRY_OUT = `echo "shell $(id -u)"
/usr/bin/python3 -c 'import csv, json, sys; print("python", sys.version.split()[0])'
/usr/local/bin/node -e 'console.log("node", process.versions.node)'
exit 0`;

async function tryOut(host: SandboxHost): Promise<{ works: boolean; output: string; reason: string }> {
  const output: Buffer[] = [];
  const run = startRun(host, tryOutJob(), { onOutput: (stream, data) => void (stream === "stdout" && output.push(data)), command: ["/bin/sh", "-c", TRY_OUT] });
  const outcome = await run.outcome;
  const text = Buffer.concat(output).toString("utf8");
  return { works: outcome.status === "succeeded" && text.startsWith("shell 65534"), output: text, reason: outcome.reason };
}

function tryOutJob(): JobDispatch {
  const now = new Date();
  return {
    runId: randomUUID(),
    organizationId: randomUUID(),
    jobNonce: "probe-probe-probe-probe",
    language: "shell",
    code: "",
    args: [],
    files: [],
    limits: {
      wallTimeMs: 20_000,
      cpuMillis: 1000,
      memoryBytes: 512 * 1024 * 1024,
      diskBytes: 1024 * 1024,
      pids: 64,
      outputBytes: 65_536,
      outputFiles: 0,
      outputFileBytes: 0,
    },
    network: "none",
    callbackUrl: "http://127.0.0.1",
    issuedAt: now.toISOString(),
    expiresAt: now.toISOString(),
  };
}

const MEND: Record<Language, string> = {
  shell: "apt-get install -y dash",
  python: "apt-get install -y python3",
  node: "apt-get install -y nodejs",
};

function languagesFrom(output: string): LanguageReport[] {
  return (["python", "node", "shell"] as const).map((language) => {
    const version = new RegExp(`^${language} (\\S+)$`, "m").exec(output)?.[1] ?? null;
    return { language, available: version !== null, version: language === "shell" ? null : version, mend: version === null ? MEND[language] : null };
  });
}

async function findProgram(name: string): Promise<string> {
  for (const folder of SEARCH_PATH) {
    const file = path.join(folder, name);
    if (await isExecutable(file)) return file;
  }
  return path.join("/usr/bin", name);
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(() => true, () => false);
}

async function fingerprintOf(files: readonly string[]): Promise<string> {
  const parts = await Promise.all(files.map((file) => stat(file).then((found) => `${found.ino}:${found.mtimeMs}:${found.size}`, () => "absent")));
  return parts.join(" ");
}
