import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { checkout } from "./checkout";
import { ofTheMachine } from "./environment";
import type { LogFile } from "./log-file";
import { takeLock } from "./lock";
import { packClients } from "./pack-clients";
import { StartError } from "./start-error";
import { waitFor } from "./wait";

/** All that the built portal is made of. */
const inputs = [
  "app",
  "clients",
  "components",
  "lib",
  "db",
  "inngest",
  "runner/contract",
  "public",
  "instrumentation.ts",
  "middleware.ts",
  "next.config.ts",
  "package-lock.json",
  "postcss.config.mjs",
  "proxy.ts",
  "tsconfig.json",
];

/**
 * The build loads the routes, and with them modules that check the environment. It gets none of the real secrets, so
 * that none can end up in what it makes; nothing answers at this address.
 */
export const standIns = {
  DATABASE_URL: "postgres://build@127.0.0.1:1/build",
  AUTH_SECRET: "stands in for the secret only while building",
};

const output = path.join(checkout, ".next");
const stamp = path.join(output, "countersign-build");
const BUILD_MS = 15 * 60_000;

/** Whether the sources differ from those of the last build that finished. */
export function buildIsStale(): boolean {
  return !existsSync(stamp) || readFileSync(stamp, "utf8") !== sourcesDigest(checkout, inputs);
}

/** Builds the portal. Another build of the same checkout is waited for rather than run twice. */
export async function build(log: LogFile): Promise<void> {
  mkdirSync(output, { recursive: true });
  const lock = await waitFor("The end of another build", BUILD_MS, () => {
    const taken = takeLock(path.join(checkout, ".next/countersign-lock"));
    return taken.held ? taken : null;
  }, 500);
  try {
    if (!buildIsStale()) return;
    const digest = sourcesDigest(checkout, inputs);
    await run(log);
    // After the build, which empties the folder.
    await packClients(path.join(output, "clients"));
    writeFileSync(stamp, digest);
  } finally {
    lock.release();
  }
}

async function run(log: LogFile): Promise<void> {
  const descriptor = log.open();
  const child = spawn(process.execPath, [path.join(checkout, "node_modules/next/dist/bin/next"), "build"], {
    cwd: checkout,
    env: { ...ofTheMachine(process.env), NEXT_TELEMETRY_DISABLED: "1", ...standIns },
    stdio: ["ignore", descriptor, descriptor],
    timeout: BUILD_MS,
  });
  closeSync(descriptor);
  const end = () => child.kill();
  process.once("exit", end);
  const code = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("exit", resolve);
  });
  process.off("exit", end);
  if (code !== 0) throw new StartError(`The portal could not be built:\n${log.tail(30)}\n\n  All of it: ${log.file}`);
}

/** SHA-256 over names and contents; contents and not times, so that a fresh checkout of the same sources is the same. */
export function sourcesDigest(root: string, names: string[]): string {
  const hash = createHash("sha256").update(process.versions.node);
  for (const file of names.flatMap((name) => filesBelow(root, name)).sort()) {
    const content = readFileSync(path.join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

function filesBelow(root: string, name: string): string[] {
  const stat = statSync(path.join(root, name), { throwIfNoEntry: false });
  if (!stat) return [];
  if (stat.isFile()) return /\.test\.tsx?$/.test(name) ? [] : [name];
  return readdirSync(path.join(root, name)).flatMap((child) => filesBelow(root, `${name}/${child}`));
}
