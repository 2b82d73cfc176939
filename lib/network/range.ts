import { isIP } from "node:net";

/** A range of addresses as CIDR notation has it (RFC 4632, RFC 4291), with its host bits cleared. */
export type Range = { network: string; bits: number; family: "ipv4" | "ipv6" };

/**
 * Reads `203.0.113.0/24`, `2001:db8::/32` or one address. Host bits are cleared, IPv4 in IPv6 clothes becomes IPv4.
 * @returns what is wrong, in words that go on with "it", where it is no range or one of everywhere.
 */
export function parseRange(text: string): Range | { wrong: string } {
  const [address = "", length, ...more] = text.trim().split("/");
  const family = isIP(address);
  if (family === 0 || more.length > 0 || address.includes("%")) return { wrong: "is no address, and no range such as 203.0.113.0/24" };
  const width = family === 4 ? 32 : 128;
  if (length !== undefined && !/^(0|[1-9]\d{0,2})$/.test(length)) return { wrong: `needs a whole number from 1 to ${width} after the slash` };
  const bits = length === undefined ? width : Number(length);
  if (bits > width) return { wrong: `can have ${width} bits at the most` };
  const value = family === 4 ? ipv4Value(address) : ipv6Value(address);
  if (family === 6 && value >> 32n === 0xffffn) {
    if (bits < 96) return { wrong: "mixes IPv4 and IPv6; write the IPv4 range itself" };
    return rangeOf(value & 0xffffffffn, bits - 96, "ipv4");
  }
  return rangeOf(value, bits, family === 4 ? "ipv4" : "ipv6");
}

export function rangeText({ network, bits }: Range): string {
  return `${network}/${bits}`;
}

function rangeOf(value: bigint, bits: number, family: Range["family"]): Range | { wrong: string } {
  if (bits === 0) return { wrong: "is every address there is; choose 'from everywhere' instead" };
  const hostBits = BigInt((family === "ipv4" ? 32 : 128) - bits);
  const network = (value >> hostBits) << hostBits;
  return { network: family === "ipv4" ? ipv4Text(network) : ipv6Text(network), bits, family };
}

function ipv4Value(address: string): bigint {
  return address.split(".").reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function ipv4Text(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
}

/** By way of the URL parser, which writes every form of an address as hexadecimal groups (RFC 5952). */
function ipv6Value(address: string): bigint {
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (text: string) => text.split(":").filter(Boolean);
  const [left, right] = [groups(head), groups(tail ?? "")];
  const zeros = Array<string>(8 - left.length - right.length).fill("0");
  return [...left, ...zeros, ...right].reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

function ipv6Text(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, at) => ((value >> BigInt(112 - at * 16)) & 0xffffn).toString(16));
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}
