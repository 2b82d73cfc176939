import { domainToUnicode } from "node:url";
import { readAddress } from "./address";

export type HostKind = "name" | "ipv4" | "ipv6";
/** What was done to a text until a host was left. */
export type HostStep = { what: string; becomes: string };

export type ReadHost =
  | { ok: true; host: string; kind: HostKind; /** As people read it, where that differs: with its own letters. */ unicode: string | null; port: number | null; steps: HostStep[] }
  | { ok: false; problem: string; steps: HostStep[] };

const longest = 2_048;
// Programs drop these, or end the host at them, each in its own way.
const unsafe = /[\u0000-\u0020\u007F-\u00A0\\]|\p{Default_Ignorable_Code_Point}|\p{White_Space}/u;
const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * The host of a URL, or of a host with or without port, in the one form that rules are compared with: lower case, punycode,
 * without port and trailing dot, addresses in their usual spelling. What two programs could read differently is refused:
 * user names, backslashes, percent signs, spaces, scopes (WHATWG URL, RFC 3986 and UTS 46 disagree there).
 */
export function normalizeHost(text: string): ReadHost {
  const steps: HostStep[] = [];
  const no = (problem: string): ReadHost => ({ ok: false, problem, steps });
  if (text.length > longest) return no(`is longer than ${longest} characters`);
  if (unsafe.test(text)) return no("has a space, a backslash, or a character that cannot be seen, at which programs end the host differently");
  const authority = authorityOf(text);
  if (authority === null) return no("has no host after its scheme; write it as https://example.com/path or example.com");
  if (authority !== text) steps.push({ what: "Scheme, path and query are left out", becomes: authority });
  if (authority.includes("@")) return no("has a user name before its host, by which a program or a reader can be led elsewhere");
  if (authority.includes("%")) return no("has a percent sign in its host, which programs decode differently");
  // In a URL an IPv6 address stands in brackets.
  const parted = authority === text && text.includes("::") && readAddress(text) ? { bare: text, port: null } : partPort(authority);
  if (!parted) return no("is no host with a port");
  const { bare, port } = parted;
  if (bare !== authority) steps.push({ what: "Port and brackets are left out", becomes: bare });
  if (bare.includes(":")) return readSixth(bare, port, steps) ?? no("is no IPv6 address that can be read");
  const spelled = usualSpelling(bare);
  if (spelled === null) return no("is no name or address that can be looked up");
  if (spelled !== bare) steps.push({ what: spelled === bare.toLowerCase() ? "Lower case" : "Usual spelling of names (punycode) and addresses", becomes: spelled });
  const host = spelled.endsWith(".") ? spelled.slice(0, -1) : spelled;
  if (host !== spelled) steps.push({ what: "The dot at the end is left out", becomes: host });
  if (/^[\d.]+$/.test(host) && readAddress(host)) return { ok: true, host, kind: "ipv4", unicode: null, port, steps };
  if (host.length > 253 || !host.split(".").every((part) => label.test(part))) return no("is no name that can be looked up: a part between dots is empty, too long, or has other signs than letters, digits and hyphens");
  const unicode = host.includes("xn--") ? domainToUnicode(host) : host;
  return { ok: true, host, kind: "name", unicode: unicode === host || unicode === "" ? null : unicode, port, steps };
}

/** Lower case, punycode and four decimal parts, as the URL standard has it. */
function usualSpelling(bare: string): string | null {
  // What most are: nothing to change, and no number at the end that could be an address.
  if (/^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9]*$/.test(bare) && !bare.includes("xn--")) return bare;
  const url = `http://${bare}/`;
  return bare !== "" && URL.canParse(url) ? new URL(url).hostname : null;
}

/** Between the scheme and the path; null where a scheme is not followed by `//` and a host. */
function authorityOf(text: string): string | null {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):(.*)$/i.exec(text) ?? [];
  const isPort = rest !== undefined && /^\d{1,5}(?:[/?#]|$)/.test(rest);
  if (scheme !== undefined && rest !== undefined && !isPort) {
    const [, authority] = /^\/\/([^/?#]+)/.exec(rest) ?? [];
    // A bare IPv6 address begins like a scheme when its first part does: fe80::1.
    return authority ?? (readAddress(text) ? text : null);
  }
  return /^[^/?#]+/.exec(text)?.[0] ?? null;
}

function partPort(authority: string): { bare: string; port: number | null } | null {
  const [, inside, name, digits] = /^(?:\[([^[\]]*)\]|([^:[\]]*))(?::(\d{0,5}))?$/.exec(authority) ?? [];
  const bare = inside ?? name;
  if (bare === undefined || (inside !== undefined && !inside.includes(":"))) return null;
  const port = digits ? Number(digits) : null;
  return port !== null && port > 65_535 ? null : { bare, port };
}

function readSixth(bare: string, port: number | null, steps: HostStep[]): ReadHost | null {
  const read = readAddress(bare);
  if (!read) return null;
  const what = read.family === "ipv4" ? "The IPv4 address that is inside" : "Usual spelling of the address";
  if (read.address !== bare) steps.push({ what, becomes: read.address });
  return { ok: true, host: read.address, kind: read.family, unicode: null, port, steps };
}

const privateSuffixes = ["local", "localhost", "localdomain", "internal", "intranet", "private", "lan", "home", "corp", "home.arpa", "onion", "invalid"];

/** Whether a name is one that a private network gives out: a single word, or below .local, .internal and their like (RFC 6761, 6762, 8375). */
export function isPrivateName(host: string): boolean {
  return !host.includes(".") || privateSuffixes.some((suffix) => host === suffix || host.endsWith(`.${suffix}`));
}
