import countries from "./countries.json";

/** Circles that hold a country's land and islands: latitude, longitude, radius in kilometres. Made from Natural Earth (public domain). */
const circles: Record<string, readonly (readonly number[])[]> = countries;

const earthKm = 6_371;
const radians = (degrees = 0) => (degrees * Math.PI) / 180;

/** The least distance between any place of the one country and any of the other, in kilometres; 0 where it is not known. */
export function leastKm(from: string, to: string): number {
  if (from === to) return 0;
  const distances = (circles[from] ?? []).flatMap((a) => (circles[to] ?? []).map((b) => between(a, b)));
  return distances.length === 0 ? 0 : Math.max(0, Math.min(...distances));
}

/** Great circle by the haversine formula, less both radii. */
function between([latA, lngA, radiusA = 0]: readonly number[], [latB, lngB, radiusB = 0]: readonly number[]): number {
  const half = (a = 0, b = 0) => Math.sin(radians(b - a) / 2) ** 2;
  const h = half(latA, latB) + Math.cos(radians(latA)) * Math.cos(radians(latB)) * half(lngA, lngB);
  return 2 * earthKm * Math.asin(Math.min(1, Math.sqrt(h))) - radiusA - radiusB;
}
