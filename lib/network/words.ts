import { countriesText } from "./countries";
import type { NetworkRule } from "./rule";

/** A rule in one line: "Only 3 ranges, and only from Austria". */
export function ruleWords({ addresses, entries, countries, countryCodes }: NetworkRule): string {
  const counted = (count: number) => (count === 1 ? "1 range" : `${count} ranges`);
  const parts = [
    addresses === "listed" ? `only ${counted(entries.length)}` : addresses === "vpn" ? `only by VPN (${counted(entries.filter(({ vpn }) => vpn).length)})` : null,
    countries === "any" || addresses === "vpn" ? null : countries === "only" ? `only from ${countriesText(countryCodes)}` : `not from ${countriesText(countryCodes)}`,
  ].filter((part) => part !== null);
  const text = parts.join(", and ") || "from everywhere";
  return text.charAt(0).toUpperCase() + text.slice(1);
}
