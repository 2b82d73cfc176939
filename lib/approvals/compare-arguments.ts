import { pointer } from "./argument-changes";
import { maskJson } from "./mask";

const mostPlaces = 12;
const longestValue = 400;
/** So much of what comes before the first difference is shown with it. */
const leadIn = 40;

/** One place in the arguments, as an RFC 6901 pointer, with what stands there as people may see it. */
export type ShownPlace = { path: string; value: string };

/** Some places, and how many more there are than are shown. */
export type ShownPlaces = { places: ShownPlace[]; more: number };

/** What several requests have in common, and what each has for itself; null where its arguments are not compared. */
export type Comparison = { same: ShownPlaces; each: (ShownPlaces | null)[] };

type Leaf = { shown: string; is: string };

/**
 * Compares canonical arguments place by place, so that a person sees what they would decide at once. What is hidden counts
 * by what it is: two hidden values that differ stand among the differences.
 */
export function compareArguments(canonical: readonly (string | null)[]): Comparison {
  const rows = canonical.map((text) => (text === null ? null : leavesOf(JSON.parse(text))));
  const compared = rows.filter((row) => row !== null);
  const paths = [...new Set(compared.flatMap((row) => [...row.keys()]))];
  const isSame = (path: string) => compared.every((row) => row.has(path) && row.get(path)?.is === compared[0]?.get(path)?.is);
  const same = paths.filter(isSame);
  const different = paths.filter((path) => !isSame(path));
  const starts = new Map(different.map((path) => [path, startOf(compared.flatMap((row) => row.get(path)?.shown ?? []))]));
  return {
    same: placesOf(same, (path) => compared[0]?.get(path)?.shown, () => 0),
    each: rows.map((row) => row && placesOf(different.filter((path) => row.has(path)), (path) => row.get(path)?.shown, (path) => starts.get(path) ?? 0)),
  };
}

function placesOf(paths: readonly string[], shownAt: (path: string) => string | undefined, startAt: (path: string) => number): ShownPlaces {
  const places = paths.slice(0, mostPlaces).map((path) => ({ path, value: cut(shownAt(path) ?? "", startAt(path)) }));
  return { places, more: paths.length - places.length };
}

/** Every value that holds no others, by its pointer. */
function leavesOf(args: unknown): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  walk(maskJson(args).value, args, [], leaves);
  return leaves;
}

function walk(shown: unknown, is: unknown, path: string[], leaves: Map<string, Leaf>): void {
  const [shownInside, inside] = [entriesOf(shown), entriesOf(is)];
  if (shownInside && inside && shownInside.length === inside.length && inside.length > 0) {
    // What is hidden keeps its place, so the same place holds the same.
    shownInside.forEach(([name, value], at) => walk(value, inside[at]?.[1], [...path, name], leaves));
    return;
  }
  if (path.length > 0) leaves.set(pointer(path), { shown: typeof shown === "string" ? shown : JSON.stringify(shown), is: JSON.stringify(is) });
}

function entriesOf(value: unknown): [string, unknown][] | null {
  return typeof value === "object" && value !== null ? Object.entries(value) : null;
}

/** From where to show values, so that the first difference between them is seen. */
function startOf(values: readonly string[]): number {
  const [first = "", ...others] = values;
  let common = first.length;
  for (const other of others) {
    let at = 0;
    while (at < common && other[at] === first[at]) at += 1;
    common = at;
  }
  return common <= longestValue / 2 ? 0 : common - leadIn;
}

function cut(value: string, start: number): string {
  const part = value.slice(start, start + longestValue);
  return `${start > 0 ? "… " : ""}${part}${value.length > start + longestValue ? " …" : ""}`;
}
