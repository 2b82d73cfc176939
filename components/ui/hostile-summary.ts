import { segmentHostile } from "./hostile-segments";

export interface Oddity {
  name: string;
  count: number;
}

/** Writers leave spaces at the ends of lines; that is shown, and not worth a warning. */
const harmless = /^(space|[1-9] spaces|carriage return|angle bracket|arrow to bar)$/;
const MOST = 8;

/** What in these texts deceives the eye, the most frequent first: for a warning beside them. */
export function findOddities(texts: readonly string[]): Oddity[] {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const segment of segmentHostile(text)) {
      if (segment.kind === "chip" && !harmless.test(segment.name)) counts.set(segment.name, (counts.get(segment.name) ?? 0) + 1);
    }
  }
  const found = [...counts].map(([name, count]) => ({ name, count }));
  return found.toSorted((a, b) => b.count - a.count).slice(0, MOST);
}

/** Every string in a JSON value, names of fields included. */
export function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...textsIn(inner)]);
}

/** JSON in plain ASCII: what is odd stands as its escape (RFC 8259, section 7), so that nothing depends on how it is drawn. */
export function escapedJson(value: unknown): string {
  return (JSON.stringify(value, null, 2) ?? "").replace(/[^\u0020-\u007e\n]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
