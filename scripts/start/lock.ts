import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { identify, isRunning, type ProcessIdentity } from "./process-identity";

/** Held: call `release` when done. Taken: by the process named. */
export type Lock = { held: true; release: () => void } | { held: false; by: ProcessIdentity };

/** Takes a lock file for this process; that of a process which is gone is taken over. */
export function takeLock(file: string): Lock {
  const self = identify(process.pid);
  if (!self) throw new Error("This process cannot find itself.");
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify(self), { mode: 0o600 });
  try {
    // Bounded: each round either takes the lock, finds a living owner, or clears a dead one away.
    for (let round = 0; round < 20; round++) {
      if (link(own, file)) return { held: true, release: () => release(file, self) };
      const owner = read(file);
      if (owner && isRunning(owner)) return { held: false, by: owner };
      clearAway(file);
    }
  } finally {
    rmSync(own, { force: true });
  }
  throw new Error(`${file} changes hands too quickly to be taken.`);
}

/** link(2) makes the file with its content at once and fails when it exists, so nobody reads half a lock. */
function link(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** Moved aside before it is judged again: two starts may both have seen the same dead owner. */
function clearAway(file: string): void {
  const aside = `${file}.stale-${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const owner = read(aside);
  if (owner && isRunning(owner)) link(aside, file);
  rmSync(aside, { force: true });
}

function release(file: string, self: ProcessIdentity): void {
  const owner = read(file);
  if (owner?.pid === self.pid && owner.startedAt === self.startedAt) rmSync(file, { force: true });
}

function read(file: string): ProcessIdentity | null {
  try {
    const { pid, startedAt } = JSON.parse(readFileSync(file, "utf8"));
    return typeof pid === "number" && typeof startedAt === "string" ? { pid, startedAt } : null;
  } catch {
    return null;
  }
}
