import countries from "@/lib/geo/countries.json";
import { countryName } from "@/lib/geo/country";

const codes = Object.keys(countries);
const byName = new Map(codes.flatMap((code) => [[code.toLowerCase(), code], [countryName(code).toLowerCase(), code]]));

/** Reads `Austria, DE, Switzerland`: English names or ISO 3166-1 codes. `unknown`: what is neither. */
export function parseCountries(text: string): { codes: string[]; unknown: string[] } {
  const words = text.split(/[,;\n]/).map((word) => word.trim()).filter(Boolean);
  const found = words.map((word) => byName.get(word.toLowerCase()) ?? null);
  return { codes: [...new Set(found.flatMap((code) => code ?? []))].sort(), unknown: words.filter((_, at) => found[at] === null) };
}

export function countriesText(list: readonly string[]): string {
  return list.map(countryName).join(", ");
}
