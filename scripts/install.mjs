// Runs before anything is installed: only what Node itself brings.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { patchDriver } from "./patch-driver.mjs";

const checkout = fileURLToPath(new URL("..", import.meta.url));
const modules = path.join(checkout, "node_modules");
const stamp = path.join(modules, ".countersign-lock");

/** Ends the process with a plain word when this Node is older than package.json asks for. */
export function requireNode() {
  const wanted = JSON.parse(readFileSync(path.join(checkout, "package.json"), "utf8")).engines.node;
  const [major = 0, minor = 0] = wanted.replace(/[^\d.]/g, "").split(".").map(Number);
  const [hasMajor = 0, hasMinor = 0] = process.versions.node.split(".").map(Number);
  if (hasMajor > major || (hasMajor === major && hasMinor >= minor)) return;
  console.error(`Countersign needs Node ${wanted}; this is ${process.versions.node}. Get a newer one from nodejs.org.`);
  process.exit(1);
}

/** Installs exactly what package-lock.json names, unless that is what is there, and mends the database driver. */
export async function installDependencies() {
  await installLocked();
  patchDriver();
}

async function installLocked() {
  const lock = readFileSync(path.join(checkout, "package-lock.json"), "utf8");
  const digest = createHash("sha256").update(lock).digest("hex");
  if (read(stamp) === digest) return;
  if (!installedMatches(lock)) await npmCi();
  try {
    writeFileSync(stamp, digest);
  } catch {
    // Someone else's folder: the next start compares once more.
  }
}

/** npm writes down what it installed; someone who ran `npm install` by hand need not wait for it once more. */
function installedMatches(lock) {
  const installed = read(path.join(modules, ".package-lock.json"));
  if (!installed) return false;
  const has = JSON.parse(installed).packages;
  return Object.entries(JSON.parse(lock).packages).every(
    ([name, wanted]) => name === "" || has[name]?.version === wanted.version || (!has[name] && wanted.optional),
  );
}

async function npmCi() {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  console.log("\n  Installing the packages that Countersign is made of; this happens once and takes a minute or two.");
  const say = () => {
    const line = `  … ${seconds()} s`;
    if (process.stdout.isTTY) process.stdout.write(`\r${line}\u001b[K`);
    else console.log(line);
  };
  const ticker = setInterval(say, process.stdout.isTTY ? 1_000 : 15_000);
  // --include=dev: a NODE_ENV=production in the environment would otherwise leave out what the build needs.
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];
  const child = spawn("npm", args, { cwd: checkout, stdio: ["ignore", "ignore", "inherit"], shell: process.platform === "win32" });
  const code = await new Promise((resolve) => {
    child.on("error", (error) => {
      console.error(`\n  npm could not be run: ${error.message}`);
      resolve(1);
    });
    child.on("exit", resolve);
  });
  clearInterval(ticker);
  if (process.stdout.isTTY) process.stdout.write("\r\u001b[K");
  if (code !== 0) {
    console.error("\n  The packages could not be installed; npm said why above. Once mended, run the same command again.");
    process.exit(1);
  }
  console.log(`  ✓ packages installed  ${seconds()} s`);
}

function read(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}
