import type { Sort } from "./columns";
import { pageSizes, parseSort, splitValues } from "./query-form";

/** What Next gives a page of the address's query. */
export type SearchParams = Record<string, string | string[] | undefined>;

const TEXT_LIMIT = 200;
const CURSOR_LIMIT = 1_000;
const CHOICES_LIMIT = 50;

export interface TableState<Column extends string, Facet extends string> {
  /** What was typed into the search box; empty when nothing was. */
  q: string;
  sort: { column: Column; direction: Sort["direction"] };
  /** The chosen values of each facet; an empty list means that it does not filter. */
  facets: Record<Facet, string[]>;
  /** Days as YYYY-MM-DD, both included. */
  from: string | null;
  to: string | null;
  /** At most one of the two cursors is given. */
  after: string | null;
  before: string | null;
  size: (typeof pageSizes)[number];
}

interface TableOptions<Column extends string, Facet extends string> {
  sortable: readonly Column[];
  defaultSort: { column: NoInfer<Column>; direction: Sort["direction"] };
  facets?: readonly Facet[];
}

/** Reads a table's search, sort, filters and page from the address; whatever is not one of the offered values counts as absent. */
export function readTableState<Column extends string, Facet extends string = never>(
  searchParams: SearchParams,
  { sortable, defaultSort, facets = [] }: TableOptions<Column, Facet>,
): TableState<Column, Facet> {
  const read = (name: string) => first(searchParams[name]);
  const after = limited(read("after"), CURSOR_LIMIT);
  const chosen = (facet: string) => splitValues(read(facet) ?? "").filter((value) => value !== "" && value.length <= TEXT_LIMIT && !value.includes("\0")).slice(0, CHOICES_LIMIT);
  return {
    // PostgreSQL has no text with NUL in it, so nothing can match one.
    q: (read("q") ?? "").replaceAll("\0", "").trim().slice(0, TEXT_LIMIT),
    sort: readSort(read("sort") ?? "", sortable) ?? defaultSort,
    facets: record(facets, chosen),
    from: day(read("from")),
    to: day(read("to")),
    after,
    before: after === null ? limited(read("before"), CURSOR_LIMIT) : null,
    size: pageSizes.find((size) => String(size) === read("size")) ?? pageSizes[0],
  };
}

function readSort<Column extends string>(text: string, sortable: readonly Column[]) {
  const { column, direction } = parseSort(text);
  const known = sortable.find((name) => name === column);
  return known === undefined ? null : { column: known, direction };
}

/** Of a parameter that is there several times, the first one counts. */
function first(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

function record<Key extends string>(keys: readonly Key[], value: (key: Key) => string[]): Record<Key, string[]> {
  const filled: Partial<Record<Key, string[]>> = {};
  for (const key of keys) filled[key] = value(key);
  return filled as Record<Key, string[]>;
}

function day(text: string | null | undefined): string | null {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : null;
}

function limited(text: string | null | undefined, limit: number): string | null {
  return text && text.length <= limit ? text : null;
}
