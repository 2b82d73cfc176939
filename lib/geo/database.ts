import { readFileSync } from "node:fs";
import { type CountryResponse, Reader } from "mmdb-lib";
import { ownPlacesFile } from "@/lib/env";
import { log } from "@/lib/log";
import { readPackagedFile } from "@/lib/packaged-file";
import { countryIn } from "./record";

/** Where places come from, and how old that is. */
export type Places = { source: "own" | "package"; kind: string; builtAt: Date };

type Opened = { reader: Reader<CountryResponse>; places: Places };

/** In each of the world's regions, and registered for long: a database of countries that knows none of them is none. */
const wellKnown = ["8.8.8.8", "194.232.104.1", "202.12.27.33", "200.160.2.3", "41.0.0.1"];

let opened: Opened | null | undefined;

/** The database of countries, read into memory when it is first needed; null where it cannot be read. */
export function places(): Opened | null {
  if (opened !== undefined) return opened;
  try {
    opened = open();
  } catch (error) {
    // Whatever asks for a place gets none, and rules by country say what that means; whoever runs the portal must hear of it.
    log.error({ err: error }, "the database of countries cannot be read: addresses have no place");
    opened = null;
  }
  return opened;
}

/**
 * Opens the database that the operator gave, if any, so that a wrong path is noticed when the portal starts and not when
 * somebody signs in.
 * @throws Error that says what is wrong with it.
 */
export function requireOwnPlaces(): void {
  if (ownPlacesFile()) opened = open();
}

/** @throws Error for a file that is missing, in another format, or without countries. */
function open(): Opened {
  const own = ownPlacesFile();
  try {
    const reader = new Reader<CountryResponse>(own ? readFileSync(own) : readPackagedFile("node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb"));
    if (!wellKnown.some((ip) => countryIn(reader.get(ip)))) throw new Error("it has no countries");
    const { databaseType: kind, buildEpoch: builtAt } = reader.metadata;
    return { reader, places: { source: own ? "own" : "package", kind, builtAt } };
  } catch (cause) {
    throw new Error(own ? `GEO_DATABASE: ${own} is no database of countries in the format MMDB` : "the packaged database of countries cannot be read", { cause });
  }
}
