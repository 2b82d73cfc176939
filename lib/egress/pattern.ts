import { isPublicAddress } from "./address";
import { isPrivateName, normalizeHost } from "./host";

export type HostList = (host: string) => string | null;

/**
 * Reads a line of a list: a name, a name with `*.` before it, which stands for exactly one label, or a public address.
 * `below`: also `**.`, which stands for the domain itself and all below it; for lists of what is denied.
 */
export function readPattern(text: string, { below }: { below: boolean }): { pattern: string } | { wrong: string } {
  const [, stars, name = ""] = /^(\*\*?\.)?(.*)$/su.exec(text.trim()) ?? [];
  if (name.includes("*")) return { wrong: "may have a * only as its first part, as in *.example.com" };
  if (stars === "**." && !below) return { wrong: "may not begin with **. in a list of what is allowed; * stands for one part of a name" };
  if (/[/?#:]/.test(name) && !/^[0-9a-f:.]+$/i.test(name)) return { wrong: "must be a name or an address alone, without scheme, port and path" };
  const read = normalizeHost(name);
  if (!read.ok) return { wrong: read.problem };
  if (read.kind !== "name") {
    if (stars) return { wrong: "is an address, which has no parts that a * could stand for" };
    return isPublicAddress(read.host) || below ? { pattern: read.host } : { wrong: "is not an address of the public internet; private ones are always refused" };
  }
  if (isPrivateName(read.host)) return stars || !below ? { wrong: "is a name of a private network, or too short to tell whose it is; those are always refused" } : { pattern: read.host };
  return { pattern: `${stars ?? ""}${read.host}` };
}

/** A list as a question: which of its patterns stands for a host in its one form; null: none. Takes the same time however long the list is. */
export function hostList(patterns: readonly string[]): HostList {
  const listed = new Set(patterns);
  const anyBelow = patterns.some((pattern) => pattern.startsWith("**."));
  return (host) => {
    if (listed.has(host)) return host;
    const oneUp = host.slice(host.indexOf(".") + 1);
    if (oneUp !== host && listed.has(`*.${oneUp}`)) return `*.${oneUp}`;
    return anyBelow ? above(listed, host) : null;
  };
}

function above(listed: ReadonlySet<string>, host: string): string | null {
  for (let at = host; ; at = at.slice(at.indexOf(".") + 1)) {
    if (listed.has(`**.${at}`)) return `**.${at}`;
    if (!at.includes(".")) return null;
  }
}
