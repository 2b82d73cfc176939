import { BlockList, isIP } from "node:net";
import { places } from "./database";
import { countryIn } from "./record";

/** Special-purpose addresses (RFC 6890 and the registries that it made), of which the database says whatever was around them. */
const nowhere = new BlockList();
for (const range of ["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"]) addRange(range, "ipv4");
for (const range of ["::/127", "64:ff9b:1::/48", "2001:db8::/32", "fc00::/7", "fe80::/10", "ff00::/8"]) addRange(range, "ipv6");

function addRange(range: string, family: "ipv4" | "ipv6"): void {
  const [network = "", bits] = range.split("/");
  nowhere.addSubnet(network, Number(bits), family);
}

/**
 * The country in which an address is registered, as ISO 3166-1 alpha-2; null for private and unknown ones. From a database
 * on this machine: no address is told to anybody.
 */
export function countryOf(ip: string | null): string | null {
  const family = isIP(ip ?? "");
  if (!ip || family === 0 || nowhere.check(ip, family === 4 ? "ipv4" : "ipv6")) return null;
  return countryIn(places()?.reader.get(ip) ?? null);
}

const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" });

/** "Austria" for "AT". */
export function countryName(code: string): string {
  return names.of(code) ?? code;
}
