import { spawn } from "node:child_process";
import { accessSync, closeSync, constants } from "node:fs";
import path from "node:path";
import type { LogFile } from "./log-file";

/** What sandboxed runs still need on this machine, and the one command that mends it. */
export type Missing = { what: string; mend: string };

const needs = [
  { program: "runsc", package: "runsc", what: "gVisor (runsc)" },
  // Scripts run on the machine's own Python, bound read-only into the sandbox; a shim in a home folder is not seen there.
  { program: "/usr/bin/python3", package: "python3-minimal", what: "/usr/bin/python3" },
];

const INSTALL_MS = 240_000;

/** Whether something could be installed here without asking anybody. */
export function canInstallSandbox(): boolean {
  return process.getuid?.() === 0 && isProgram("apt-get") && missingPrograms().length > 0;
}

/** Installs what is missing; a failure is not fatal, since the portal works without and says what is missing. */
export async function installSandbox(log: LogFile): Promise<void> {
  const packages = missingPrograms().map((need) => need.package);
  const deadline = Date.now() + INSTALL_MS;
  await aptGet(["update"], log, deadline);
  await aptGet(["install", "-y", "--no-install-recommends", ...packages], log, deadline);
}

/** What is missing now, or null when sandboxed runs can work. */
export function missingForSandbox(): Missing | null {
  const missing = missingPrograms();
  const asRoot = process.getuid?.() === 0;
  if (missing.length > 0) {
    const packages = missing.map((need) => need.package).join(" ");
    const sudo = asRoot ? "" : "sudo ";
    return {
      what: missing.map((need) => need.what).join(" and "),
      mend: `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${packages}`,
    };
  }
  if (!asRoot) return { what: "the right to make sandboxes (runsc runs as root)", mend: "sudo npm start" };
  return null;
}

function missingPrograms() {
  return needs.filter((need) => !isProgram(need.program));
}

function isProgram(name: string): boolean {
  const folders = name.startsWith("/") ? [""] : [...(process.env.PATH ?? "").split(path.delimiter), "/usr/bin", "/usr/local/bin"];
  return folders.some((folder) => {
    try {
      accessSync(path.join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

async function aptGet(args: string[], log: LogFile, deadline: number): Promise<void> {
  const descriptor = log.open();
  const child = spawn("apt-get", args, {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: ["ignore", descriptor, descriptor],
    timeout: Math.max(1_000, deadline - Date.now()),
  });
  closeSync(descriptor);
  await new Promise((resolve) => {
    child.once("error", resolve);
    child.once("exit", resolve);
  });
}
