import type { ReactNode } from "react";

export interface TableColumn<Row> {
  /** Also the column's name in the address, when it can be sorted by. */
  id: string;
  header: string;
  /** Not called for the skeleton. The "title" cell is wrapped in the row's link, so it must hold no controls. */
  cell: (row: Row) => ReactNode;
  sortable?: boolean;
  align?: "start" | "end";
  /** Kept free in pixels, so that nothing moves when rows come. */
  width?: number;
  /** Not shown until somebody asks for it. */
  hidden?: boolean;
  /** Cannot be hidden. */
  locked?: boolean;
  /** Its place in the card that a row becomes on a phone. */
  phone?: "title" | "aside" | "line" | "hidden";
}

export interface Sort {
  column: string;
  direction: "asc" | "desc";
}

export interface Facet {
  id: string;
  label: string;
  options: readonly { value: string; label: string; count?: number }[];
}

/** What the server page gives to a table: plain data. */
export interface TableProps<Row> {
  /** Null while they are on their way: the same table as a skeleton. */
  rows: readonly Row[] | null;
  page?: { next: string | null; previous: string | null; note?: string };
  error?: { message: string; requestId?: string };
  facets?: readonly Facet[];
  defaultSort?: Sort;
  /** Downloads of what is shown; the filters in the address are added to the path. */
  exports?: readonly { label: string; path: string }[];
}

/** The column whose cell is the row's link. */
export function titleColumn<Row>(columns: readonly TableColumn<Row>[]): string | undefined {
  return (columns.find((column) => column.phone === "title") ?? columns[0])?.id;
}
