import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { StartError } from "./start-error";

/** Who PostgreSQL runs as. It refuses to run as root, so root lends it an account of its own. */
export type Account = { uid: number; gid: number } | null;

const NAME = "postgres";
const OUTSIDE = "/var/lib/countersign";

/**
 * The account for PostgreSQL, made if root needs one and there is none; null means 'as we are'. A database that somebody
 * made before without root stays that person's.
 */
export function postgresAccount(dataDir?: string): Account {
  if (process.getuid?.() !== 0) return null;
  const owner = dataDir ? statSync(dataDir, { throwIfNoEntry: false }) : undefined;
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const known = lookUp();
  if (known) return known;
  execFileSync("groupadd", ["--force", "--system", NAME]);
  execFileSync("useradd", ["--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "--gid", NAME, NAME]);
  const made = lookUp();
  if (!made) throw new Error(`Could not make the account '${NAME}' that PostgreSQL needs when started by root.`);
  return made;
}

function lookUp(): Account {
  for (const line of readFileSync("/etc/passwd", "utf8").split("\n")) {
    const [name, , uid, gid] = line.split(":");
    if (name === NAME) return { uid: Number(uid), gid: Number(gid) };
  }
  return null;
}

/**
 * Where the account can reach the database's folder. A checkout below a closed folder, such as root's home, cannot be
 * entered by another account; the database then lives under /var/lib/countersign, and a file beside the folder that was
 * wanted says where, so that it is found again when the checkout moves, and not taken up again when its secrets are gone.
 */
export function reachableFolder(account: Account, folder: string): string {
  const pointer = `${folder}.location`;
  if (existsSync(pointer)) return readFileSync(pointer, "utf8").trim();
  if (!account || canEnter(account, path.dirname(folder))) return folder;
  if (existsSync(folder)) {
    throw new StartError(`The account '${NAME}' can no longer enter ${folder}. Let it pass: chmod o+x on each folder above it.`);
  }
  mkdirSync(OUTSIDE, { recursive: true, mode: 0o755 });
  const outside = path.join(OUTSIDE, `database-${randomBytes(6).toString("hex")}`);
  writeFileSync(pointer, `${outside}\n`, { mode: 0o600 });
  return outside;
}

/** The programs' folder itself, or a copy of it where the account may read. */
export function reachablePrograms(account: Account, native: string): string {
  if (!account || canEnter(account, native)) return native;
  const copy = path.join(OUTSIDE, `programs-${digest(native + statSync(path.join(native, "bin/postgres")).mtimeMs)}`);
  if (existsSync(copy)) return copy;
  mkdirSync(OUTSIDE, { recursive: true, mode: 0o755 });
  const unfinished = `${copy}.${process.pid}`;
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(unfinished, copy);
  } catch {
    // Another start was quicker with the same copy.
    rmSync(unfinished, { recursive: true, force: true });
  }
  return copy;
}

/** Makes a folder that belongs to the account alone. */
export function makePrivateFolder(account: Account, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (account) chownSync(folder, account.uid, account.gid);
}

function canEnter(account: NonNullable<Account>, folder: string): boolean {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const stat = statSync(at, { throwIfNoEntry: false });
    if (stat) {
      const bit = stat.uid === account.uid ? 0o100 : stat.gid === account.gid ? 0o010 : 0o001;
      if ((stat.mode & bit) === 0) return false;
    }
    if (at === path.dirname(at)) return true;
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
