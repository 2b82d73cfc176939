import type { Places } from "@/lib/geo/database";
import { type Part, part } from "./part";

/** Networks change hands: of older data, a rule by country lets in and keeps out too many that it should not. */
const oldDays = 270;

export function judgePlaces(places: Places | null, now: number): Part {
  const base = { id: "places", name: "Countries of addresses" } as const;
  const act = "Set GEO_DATABASE to a newer file in the format MMDB, such as MaxMind's GeoLite2 Country, DB-IP's Country Lite or IPinfo Lite, and start the portal again.";
  if (!places) {
    return part({
      ...base, facts: [], state: "attention", says: "The database of countries cannot be read.",
      means: "No address has a country. Network rules that name countries treat every address as they say for unknown ones; sign-ins from new countries are not noticed.", act,
    });
  }
  const days = Math.max(0, Math.floor((now - places.builtAt.getTime()) / 86_400_000));
  const facts = [
    { term: "From", value: places.source === "own" ? "the file that GEO_DATABASE names" : "the portal's own package" },
    { term: "Kind", value: places.kind.slice(0, 60) },
    { term: "Made", value: `${places.builtAt.toISOString().slice(0, 10)}, ${days} days ago` },
  ];
  if (days <= oldDays) return part({ ...base, facts, says: `They are known, as of ${days} days ago.` });
  return part({ ...base, facts, state: places.source === "own" ? "attention" : "off", says: `They are known as they were ${days} days ago.`, means: "Some networks have changed hands since. Rules by country and unusual sign-ins go by what was.", act });
}
