import type { Json } from "@/lib/audit/actions";

export type Difference = { path: string; before: Json; after: Json };

const mostTold = 200;
const longest = 2_000;

/** What changed between two contents, by the smallest parts that differ; null for what was not there. Long texts are cut. */
export function differences(before: unknown, after: unknown): Difference[] {
  const found: Difference[] = [];
  compare("", before, after, found);
  return found;
}

function compare(path: string, before: unknown, after: unknown, found: Difference[]): void {
  if (found.length >= mostTold || JSON.stringify(before) === JSON.stringify(after)) return;
  const [was, is] = [partsOf(before), partsOf(after)];
  if (!was || !is) {
    found.push({ path, before: told(before), after: told(after) });
    return;
  }
  for (const key of new Set([...was.keys(), ...is.keys()])) compare(path ? `${path}.${key}` : key, was.get(key), is.get(key), found);
}

/** The members of an object, or of a list by what names them, so that moving a row is not a change of all below it. */
function partsOf(value: unknown): Map<string, unknown> | null {
  if (Array.isArray(value)) return new Map(value.map((item, at) => [nameOf(item, at), item]));
  return value !== null && typeof value === "object" ? new Map(Object.entries(value)) : null;
}

function nameOf(item: unknown, at: number): string {
  if (typeof item === "string") return item;
  if (item !== null && typeof item === "object") {
    for (const name of ["id", "name", "tool"]) {
      const value = (item as Record<string, unknown>)[name];
      if (typeof value === "string" && value !== "") return value;
    }
  }
  return String(at);
}

function told(value: unknown): Json {
  if (value === undefined) return null;
  if (typeof value === "string") return value.length > longest ? `${value.slice(0, longest)}…` : value;
  const text = JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : (JSON.parse(text) as Json);
}
