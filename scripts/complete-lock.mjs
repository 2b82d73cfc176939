// Adds to package-lock.json the packages for other platforms that npm leaves out when the registry in use does not carry
// them. `npm ci` refuses a lock file with such gaps, and on those platforms the programs inside would be missing.
// Run it after `npm install`:  node scripts/complete-lock.mjs
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { missingOptionals } from "./lock-gaps.mjs";

const file = fileURLToPath(new URL("../package-lock.json", import.meta.url));
const lock = JSON.parse(readFileSync(file, "utf8"));
const missing = missingOptionals(lock.packages);
for (const { name, version, dev } of missing) {
  lock.packages[`node_modules/${name}`] = { version, ...platformOf(name), ...(dev ? { dev: true } : {}), optional: true };
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en"));
lock.packages = Object.fromEntries(sorted);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${missing.length} packages for other platforms added.`);

/** Where a package is for, by its name, as all of them are named: …-linux-x64-musl, …-darwin-arm64, …-wasm32-wasi. */
function platformOf(name) {
  const parts = name.split(/[-/]/);
  const os = parts.find((part) => ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"].includes(part));
  const cpu = parts.find((part) => ["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32", "x64"].includes(part));
  const libc = parts.find((part) => ["gnu", "musl", "gnueabihf", "musleabihf"].includes(part));
  if (!cpu) throw new Error(`${name} does not say which processor it is for; add it to the lock file by hand.`);
  return {
    cpu: [cpu],
    ...(os ? { os: [os] } : {}),
    ...(os === "linux" && libc ? { libc: [libc.startsWith("musl") ? "musl" : "glibc"] } : {}),
  };
}
