import { z } from "zod";

const code = z.string().regex(/^[A-Z]{2}$/);

/** The makers of such databases say it in three ways: ip-location-db and IPinfo Lite; MaxMind and DB-IP; IPinfo's free one. */
const shapes = z.union([
  z.object({ country_code: code }).transform((row) => row.country_code),
  z.object({ country: z.object({ iso_code: code }) }).transform((row) => row.country.iso_code),
  z.object({ country: code }).transform((row) => row.country),
]);

/** The country of one record of a database, ISO 3166-1 alpha-2; null where it names none. */
export function countryIn(record: unknown): string | null {
  return shapes.safeParse(record).data ?? null;
}
