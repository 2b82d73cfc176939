import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { identify, isRunning } from "../start/process-identity";

/** A temporary folder of this process. Those that killed runs with the same prefix left behind are removed. */
export function makeScratch(prefix: string): string {
  for (const name of readdirSync(tmpdir())) {
    const folder = path.join(tmpdir(), name);
    if (name.startsWith(prefix) && isAbandoned(folder)) rmSync(folder, { recursive: true, force: true });
  }
  const folder = mkdtempSync(path.join(tmpdir(), prefix));
  writeFileSync(path.join(folder, "owner.json"), JSON.stringify(identify(process.pid)));
  return folder;
}

/** A folder without an owner's name may be one that another run is about to write it into. */
function isAbandoned(folder: string): boolean {
  try {
    return !isRunning(JSON.parse(readFileSync(path.join(folder, "owner.json"), "utf8")));
  } catch {
    return false;
  }
}
