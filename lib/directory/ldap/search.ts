import type { Client, Entry } from "ldapts";
import { AppError } from "@/lib/errors";

const pageSize = 500;

export type Wanted = { base: string; filter: string; attributes: string[]; binary: string; most: number };

/**
 * Everything under a base, in pages. References to other servers are not followed.
 * @throws AppError when there is more than is taken, or the connection is no longer the one that signed in.
 */
export async function searchAll(client: Client, { base, filter, attributes, binary, most }: Wanted): Promise<Entry[]> {
  const found: Entry[] = [];
  for await (const { searchEntries } of client.searchPaginated(base, { scope: "sub", derefAliases: "never", filter, attributes, explicitBufferAttributes: [binary], paged: { pageSize } })) {
    requireSignedIn(client);
    found.push(...searchEntries);
    if (found.length > most) throw new AppError("invalid_input", `The directory has more than ${most.toLocaleString("en")} entries under '${base}'.`, { hint: "Choose fewer by the filter." });
  }
  return found;
}

/** The first few under a base. */
export async function searchFirst(client: Client, { base, filter, attributes, binary, most }: Wanted): Promise<Entry[]> {
  const { searchEntries } = await client.search(base, { scope: "sub", derefAliases: "never", filter, attributes, explicitBufferAttributes: [binary], sizeLimit: most });
  return searchEntries.slice(0, most);
}

function requireSignedIn(client: Client): void {
  if (!client.isBound) throw new AppError("unavailable", "The directory's server ended the connection while it was being read.", { hint: "This is tried again by itself." });
}

/** The values of an attribute as text, whatever the case of its name in the answer. */
export function texts(entry: Entry, attribute: string): string[] {
  return valuesOf(entry, attribute).map((value) => (Buffer.isBuffer(value) ? value.toString("utf8") : value));
}

export function text(entry: Entry, attribute: string): string | null {
  return texts(entry, attribute)[0]?.trim() || null;
}

export function valuesOf(entry: Entry, attribute: string): (string | Buffer)[] {
  const name = Object.keys(entry).find((key) => key.toLowerCase() === attribute.toLowerCase() && key !== "dn");
  const value = name === undefined ? [] : entry[name];
  return [value ?? []].flat();
}

/** Active Directory gives 1,500 members at a time, as `member;range=0-1499` ([MS-ADTS] 3.1.1.3.1.3.3). */
export async function allValues(client: Client, entry: Entry, attribute: string): Promise<string[]> {
  const values = texts(entry, attribute);
  for (let part = rangeOf(entry, attribute); part; ) {
    values.push(...texts(entry, part.name));
    if (part.end === null) break;
    const next = `${attribute};range=${part.end + 1}-*`;
    const { searchEntries } = await client.search(entry.dn, { scope: "base", filter: "(objectClass=*)", attributes: [next] });
    requireSignedIn(client);
    const [more] = searchEntries;
    if (!more) break;
    const before = part.end;
    entry = more;
    part = rangeOf(entry, attribute);
    if (part && part.end !== null && part.end <= before) break;
  }
  return values;
}

function rangeOf(entry: Entry, attribute: string): { name: string; end: number | null } | null {
  for (const name of Object.keys(entry)) {
    const [, of = "", end = ""] = /^([^;]+);range=\d+-(\d+|\*)$/i.exec(name) ?? [];
    if (of.toLowerCase() === attribute.toLowerCase()) return { name, end: end === "*" ? null : Number(end) };
  }
  return null;
}
