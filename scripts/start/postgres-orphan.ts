import { existsSync, readFileSync, realpathSync, rmSync } from "node:fs";
import path from "node:path";
import { commandLine, identify, isRunning } from "./process-identity";
import { waitFor } from "./wait";

/**
 * Ends a PostgreSQL that still runs on this data folder after its supervisor was killed, and removes a pid file which
 * names a process that is something else by now. Returns whether a server was ended.
 */
export async function endOrphanedPostgres(dataDir: string): Promise<boolean> {
  const pidFile = path.join(dataDir, "postmaster.pid");
  if (!existsSync(pidFile)) return false;
  const [firstLine, folder] = readFileSync(pidFile, "utf8").split("\n");
  const pid = Number(firstLine);
  const server = Number.isInteger(pid) && pid > 1 ? identify(pid) : null;
  if (!server || !servesFolder(pid, folder ?? "", dataDir)) {
    rmSync(pidFile, { force: true });
    return false;
  }
  // SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one; the latter costs a recovery at the next start.
  for (const [signal, timeoutMs] of [["SIGINT", 15_000], ["SIGQUIT", 5_000], ["SIGKILL", 5_000]] as const) {
    if (isRunning(server)) process.kill(pid, signal);
    const ended = await waitFor("The end of an orphaned PostgreSQL", timeoutMs, () => !isRunning(server)).catch(() => false);
    if (ended) return true;
  }
  throw new Error(`A PostgreSQL left over from before (pid ${pid}) does not end. End it by hand: kill -9 ${pid}`);
}

function servesFolder(pid: number, folder: string, dataDir: string): boolean {
  const command = commandLine(pid);
  if (!/\bpostgres\b/.test(command)) return false;
  try {
    return realpathSync(folder) === realpathSync(dataDir) && command.includes(folder);
  } catch {
    return false;
  }
}
