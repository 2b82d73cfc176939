import { BlockList, isIP } from "node:net";
import type { networkRule } from "@/db/schema/network";
import { countryName, countryOf } from "@/lib/geo/country";
import { parseRange } from "./range";

/** What of a rule decides about an address. */
export type NetworkRule = Pick<typeof networkRule.$inferSelect, "addresses" | "entries" | "countries" | "countryCodes" | "admitsUnknown">;

/** `by`: what let it in, or what refused it, as a person reads it. `country` null: not known. */
export type Verdict = { admitted: boolean; by: string; country: string | null };

/** A rule made ready, so that an address costs microseconds. `explained`: with the line of the list that let it in. */
export type Judge = (ip: string | null, explained?: boolean) => Verdict;

/** What holds where no rule is set. */
export const noRule: NetworkRule = { addresses: "any", entries: [], countries: "any", countryCodes: [], admitsUnknown: false };

/**
 * Whether an address comes in. Everything that the rule asks must hold: be on the list, and be of a country that it lets in.
 * 'VPN only' asks nothing but that it is a VPN's. An empty list lets nobody in; an address that cannot be told comes in only
 * where nothing is asked.
 */
export function judgeOf(rule: NetworkRule): Judge {
  const entries = rule.entries.filter(({ vpn }) => vpn || rule.addresses !== "vpn");
  const list = listOf(entries.map(({ range }) => range));
  const codes = new Set(rule.countryCodes);
  return (ip, explained = false) => {
    const family = isIP(ip ?? "");
    const asksNothing = rule.addresses === "any" && rule.countries === "any";
    if (!ip || family === 0) return { admitted: asksNothing, by: asksNothing ? "there is no rule" : "the address cannot be told", country: null };
    const country = countryOf(ip);
    const inCountry = byCountry(rule, codes, country);
    if (rule.addresses === "any") return { ...inCountry, country };
    if (!list.check(ip, family === 4 ? "ipv4" : "ipv6")) return { admitted: false, by: rule.addresses === "vpn" ? "it is not of the VPN" : "it is on no line of the list", country };
    if (rule.addresses === "listed" && !inCountry.admitted) return { ...inCountry, country };
    const entry = explained && entries.find(({ range }) => listOf([range]).check(ip, family === 4 ? "ipv4" : "ipv6"));
    return { admitted: true, by: entry ? `${entry.range}${entry.name ? ` (${entry.name})` : ""}` : "the list", country };
  };
}

function byCountry({ countries, admitsUnknown }: NetworkRule, codes: ReadonlySet<string>, country: string | null): Pick<Verdict, "admitted" | "by"> {
  if (countries === "any") return { admitted: true, by: "no rule asks for more" };
  if (country === null) return { admitted: admitsUnknown, by: admitsUnknown ? "addresses of unknown countries are let in" : "its country is not known" };
  const listed = codes.has(country);
  const named = countryName(country);
  if (countries === "only") return { admitted: listed, by: listed ? `${named} is let in` : `${named} is not among the countries` };
  return { admitted: !listed, by: listed ? `${named} is blocked` : `${named} is not blocked` };
}

/** @throws Error for a range that cannot be read, so that a rule which cannot be read lets nobody in. */
function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of ranges) {
    const range = parseRange(text);
    if ("wrong" in range) throw new Error("a stored range cannot be read");
    list.addSubnet(range.network, range.bits, range.family);
  }
  return list;
}
