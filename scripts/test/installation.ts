import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import getPort from "get-port";
import { checkout } from "../start/checkout";
import { makeScratch } from "./scratch";

const START_MS = 12 * 60_000;

/** A complete installation in a folder of its own. */
export type TestInstallation = { url: string; dataDir: string; logFile: string; end: () => Promise<void> };

/**
 * Starts a complete installation by the same command that a person uses, in a temporary folder that `end` removes.
 * @throws Error when it is not up in time; what it printed is shown.
 */
export async function startInstallation(prefix: string): Promise<TestInstallation> {
  const folder = makeScratch(prefix);
  const dataDir = path.join(folder, "data");
  const port = await getPort({ host: "127.0.0.1" });
  const logFile = path.join(folder, "start.log");
  const log = openSync(logFile, "a");
  // The channel tells the installation when this process is gone, whatever ended it.
  const child = spawn(process.execPath, [path.join(checkout, "scripts/start.mjs"), "--port", String(port), "--data", dataDir], {
    cwd: checkout,
    // Identity providers and directories of the tests are on this machine.
    env: { SSO_ALLOW_LOOPBACK: "true", ...withoutParts(process.env), APP_URL: `http://localhost:${port}` },
    detached: true,
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  const end = () => endInstallation(child, folder, dataDir);
  try {
    return { url: await readyUrl(child, path.join(dataDir, "ready.json")), dataDir, logFile, end };
  } catch (error) {
    console.error(readFileSync(logFile, "utf8"));
    await end();
    throw error;
  }
}

/** The environment without what would have the installation use parts that run elsewhere. */
function withoutParts(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = /^(DATABASE_|ENGINE_|INNGEST_|RUNNER_|SMS_|SMTP_|AUTH_SECRET|PORT$|HOST$)/;
  return { NODE_ENV: env.NODE_ENV, ...Object.fromEntries(Object.entries(env).filter(([name]) => !names.test(name))) };
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
