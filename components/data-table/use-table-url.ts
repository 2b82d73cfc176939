"use client";
import type { Facet, Sort } from "./columns";
import { formatSort, joinValues, pageSizes, parseSort, splitValues } from "./query-form";
import { useSearchState } from "./use-search-state";

export interface TableUrl {
  pending: boolean;
  q: string;
  sort: Sort | undefined;
  chosen: (facet: string) => string[];
  size: number;
  /** Whether any search or filter narrows the list. */
  filtered: boolean;
  search: (text: string) => void;
  sortBy: (sort: Sort | null) => void;
  choose: (facet: string, values: readonly string[]) => void;
  setSize: (size: number) => void;
  clear: () => void;
  turn: (to: { after: string } | { before: string }) => void;
}

const firstPage = { after: null, before: null };

/** A table's search, sort, filters and page, kept in the address. Whatever changes the order or the set begins at the first page. */
export function useTableUrl(facets: readonly Facet[], defaultSort: Sort | undefined): TableUrl {
  const { search, pending, change } = useSearchState();
  const sort = search.get("sort");
  const size = Number(search.get("size"));
  const filters = ["q", "from", "to", ...facets.map((facet) => facet.id)];
  return {
    pending,
    q: search.get("q") ?? "",
    sort: sort ? parseSort(sort) : defaultSort,
    chosen: (facet) => splitValues(search.get(facet) ?? ""),
    size: pageSizes.find((offered) => offered === size) ?? pageSizes[0],
    filtered: filters.some((name) => search.get(name)),
    search: (text) => change({ ...firstPage, q: text.trim() }),
    sortBy: (next) => change({ ...firstPage, sort: next && formatSort(next) }),
    choose: (facet, values) => change({ ...firstPage, [facet]: joinValues(values) }),
    setSize: (next) => change({ ...firstPage, size: String(next) }),
    clear: () => change({ ...firstPage, ...Object.fromEntries(filters.map((name) => [name, null])) }),
    turn: (to) => change({ ...firstPage, ...to }, { push: true }),
  };
}
