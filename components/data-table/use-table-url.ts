"use client";
import { parseAsArrayOf, parseAsInteger, parseAsString, useQueryStates } from "nuqs";
import { useMemo, useTransition } from "react";
import type { Facet, Sort } from "./columns";
import { formatSort, pageSizes, parseSort } from "./search-params";

const single = { q: parseAsString, sort: parseAsString, from: parseAsString, to: parseAsString, after: parseAsString, before: parseAsString };

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
  const [pending, startTransition] = useTransition();
  const options = { shallow: false, history: "replace", scroll: false, startTransition } as const;
  const [state, setState] = useQueryStates({ ...single, size: parseAsInteger.withDefault(pageSizes[0]) }, options);
  const ids = facets.map((facet) => facet.id).join(",");
  const parsers = useMemo(
    () => Object.fromEntries((ids ? ids.split(",") : []).map((id) => [id, parseAsArrayOf(parseAsString).withDefault([])])),
    [ids],
  );
  const [lists, setLists] = useQueryStates(parsers, options);

  return {
    pending,
    q: state.q ?? "",
    sort: state.sort ? parseSort(state.sort) : defaultSort,
    chosen: (facet) => lists[facet] ?? [],
    size: state.size,
    filtered: Boolean(state.q || state.from || state.to || Object.values(lists).some((values) => values.length > 0)),
    search: (text) => void setState({ ...firstPage, q: text.trim() || null }),
    sortBy: (sort) => void setState({ ...firstPage, sort: sort && formatSort(sort) }),
    choose: (facet, values) => {
      void setState(firstPage);
      void setLists({ [facet]: values.length > 0 ? [...values] : null });
    },
    setSize: (size) => void setState({ ...firstPage, size }),
    clear: () => {
      void setState({ ...firstPage, q: null, from: null, to: null });
      void setLists(null);
    },
    turn: (to) => void setState({ ...firstPage, ...to }, { history: "push" }),
  };
}
