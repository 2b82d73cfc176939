import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import getPort from "get-port";
import { makeScratch } from "../scripts/test/scratch";

const START_MS = 12 * 60_000;

/**
 * Starts a complete installation by the same command that a person uses, in a folder of its own, and ends it afterwards.
 * Tests find it by E2E_URL and E2E_DATA_DIR, and what
 * it printed by E2E_START_LOG.
 */
export default async function setup(): Promise<() => Promise<void>> {
  // An installation that is up already is used as it is: name it by E2E_URL, E2E_DATA_DIR and E2E_START_LOG.
  if (process.env.E2E_URL) return async () => {};
  const folder = makeScratch("countersign-e2e-");
  const dataDir = path.join(folder, "data");
  const port = await getPort({ host: "127.0.0.1" });
  const logFile = path.join(folder, "start.log");
  const log = openSync(logFile, "a");
  // The channel tells the installation when this process is gone, whatever ended it.
  const child = spawn(process.execPath, ["scripts/start.mjs", "--port", String(port), "--data", dataDir], {
    env: { ...process.env, APP_URL: `http://localhost:${port}` },
    detached: true,
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  const end = () => endInstallation(child, folder, dataDir);
  try {
    process.env.E2E_URL = await readyUrl(child, path.join(dataDir, "ready.json"));
    process.env.E2E_DATA_DIR = dataDir;
    process.env.E2E_START_LOG = logFile;
  } catch (error) {
    console.error(readFileSync(logFile, "utf8"));
    await end();
    throw error;
  }
  return end;
}

async function readyUrl(child: ChildProcess, readyFile: string): Promise<string> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (existsSync(readyFile)) return JSON.parse(readFileSync(readyFile, "utf8")).url;
    if (child.exitCode !== null || child.signalCode !== null) throw new Error("The installation ended before it was up; see above.");
    await sleep(200);
  }
  throw new Error("The installation was not up in time; see above.");
}

async function endInstallation(child: ChildProcess, folder: string, dataDir: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }
  // Where the folder for temporary files is closed, the database lies elsewhere.
  const location = path.join(dataDir, "postgres.location");
  if (existsSync(location)) rmSync(readFileSync(location, "utf8").trim(), { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}
