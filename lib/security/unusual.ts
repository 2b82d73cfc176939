import { and, desc, eq, gt, isNotNull, sql } from "drizzle-orm";
import { session } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { countryName } from "@/lib/geo/country";
import { leastKm } from "@/lib/geo/distance";

export type Unusual = "new_device" | "new_country" | "impossible_travel";

/** Faster than this nobody travels: an airliner's cruise, in kilometres an hour. */
const fastestKmh = 900;
const rememberDays = 180;
const mostSignIns = 200;

type Coming = { personId: string; country: string | null; isKnownDevice: boolean };

/**
 * What is unusual about a sign-in, compared with the person's own of the last half year. The first one that
 * came over a network is never unusual, nor is a private address. Distances are the least that there can be between two countries, so what is called impossible is.
 */
export async function findUnusual(tx: Tx, { personId, country, isKnownDevice }: Coming): Promise<Unusual[]> {
  const before = await tx
    .select({ country: session.country, hoursAgo: sql<number>`extract(epoch from now() - ${session.createdAt})::float8 / 3600` })
    .from(session)
    .where(and(eq(session.personId, personId), isNotNull(session.ip), gt(session.createdAt, sql`now() - ${`${rememberDays} days`}::interval`)))
    .orderBy(desc(session.createdAt))
    .limit(mostSignIns);
  if (before.length === 0) return [];
  const found: Unusual[] = isKnownDevice ? [] : ["new_device"];
  const placed = before.filter((one) => one.country !== null);
  if (!country || placed.length === 0) return found;
  if (!placed.some((one) => one.country === country)) found.push("new_country");
  const last = placed[0];
  if (last?.country && leastKm(last.country, country) > fastestKmh * Math.max(0, last.hoursAgo)) found.push("impossible_travel");
  return found;
}

/** The reasons in the words of a notice: "a device that is new, and a country that is new (Brazil)". */
export function inWords(unusual: readonly Unusual[], country: string | null): string {
  const where = country ? countryName(country) : "an unknown place";
  const words = { new_device: "a browser you had not used before", new_country: `a country you had not signed in from before (${where})`, impossible_travel: `a place (${where}) too far from your last sign-in for the time between` };
  return unusual.map((one) => words[one]).join(", and ");
}
