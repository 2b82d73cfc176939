import ipaddr from "ipaddr.js";

/**
 * The one form of an address, with an IPv4 address that is written inside of an IPv6 one taken out (mapped, RFC 4291;
 * NAT64, RFC 6052), since that is where a connection goes. Null: it is none, or has a scope.
 */
export function readAddress(text: string): { address: string; family: "ipv4" | "ipv6" } | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return { address: ipaddr.IPv4.parse(text).toString(), family: "ipv4" };
  if (text.includes("%") || !ipaddr.IPv6.isValid(text)) return null;
  const read = ipaddr.IPv6.parse(text);
  const inside = read.isIPv4MappedAddress() || isNat64(read) ? ipaddr.fromByteArray(read.toByteArray().slice(12)) : null;
  return inside ? { address: inside.toString(), family: "ipv4" } : { address: read.toRFC5952String(), family: "ipv6" };
}

function isNat64(read: ipaddr.IPv6): boolean {
  return read.match(ipaddr.IPv6.parse("64:ff9b::"), 96);
}

const global = ipaddr.IPv6.parse("2000::");
/** Public by their number, and yet the machinery of a cloud: Azure's. */
const machinery = new Set(["168.63.129.16"]);

/** Whether an address is one of the public internet (RFC 6890 and IANA's registries); what cannot be read is not. */
export function isPublicAddress(text: string): boolean {
  const read = readAddress(text);
  if (!read || machinery.has(read.address)) return false;
  const parsed = ipaddr.parse(read.address);
  return parsed.range() === "unicast" && (parsed instanceof ipaddr.IPv4 || parsed.match(global, 3));
}

/** What kind of address it is, in words of the registries: loopback, private, linkLocal. */
export function addressRange(text: string): string {
  const read = readAddress(text);
  if (!read) return "unreadable";
  return machinery.has(read.address) ? "cloud machinery" : ipaddr.parse(read.address).range();
}
